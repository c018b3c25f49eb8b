package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Turns columns into free attributes. */
final class AttributeMapping {
    private static final Set<String> YES = Set.of("true", "yes", "y", "1");
    private static final Set<String> NO = Set.of("false", "no", "n", "0");

    private final List<AttributeConfig> configs;
    private final Set<String> taken;
    private final boolean others;
    private final int most;
    private final DataError code;

    /**
     * @param taken columns that fields use
     * @param others whether columns that nothing names become attributes too
     */
    AttributeMapping(
            List<AttributeConfig> configs,
            Set<String> taken,
            boolean others,
            int most,
            DataError code) {
        this.configs = configs;
        this.taken = taken;
        this.others = others;
        this.most = most;
        this.code = code;
    }

    Map<String, AttributeValue> read(Row row) {
        if (configs.isEmpty() && !others) {
            return Map.of();
        }
        Map<String, AttributeValue> attributes = new HashMap<>();
        for (Map.Entry<String, Object> cell : row.values().entrySet()) {
            if (!cell.getValue().equals("")) {
                add(cell.getKey(), cell.getValue(), attributes);
            }
        }
        if (attributes.size() > most) {
            throw VitrineException.field(
                    code, "attributes", "attributes: has more than " + most + " entries");
        }
        return attributes;
    }

    private void add(String column, Object value, Map<String, AttributeValue> into) {
        for (AttributeConfig config : configs) {
            String prefix = config.prefix();
            if (column.equals(config.column())) {
                String name = config.name() == null ? column : config.name();
                into.put(name, typed(column, value, config));
                return;
            }
            if (prefix != null && column.startsWith(prefix)) {
                into.put(column.substring(prefix.length()), typed(column, value, config));
                return;
            }
        }
        if (others && !taken.contains(column)) {
            Fields.collect(column, value, into);
        }
    }

    private AttributeValue typed(String column, Object value, AttributeConfig config) {
        List<?> values =
                value instanceof List<?> list
                        ? list
                        : config.separator().isEmpty()
                                ? List.of(value)
                                : CategoryPath.split(CellReader.plain(value), config.separator());
        return switch (config.type()) {
            case TEXT -> {
                List<String> texts = new ArrayList<>();
                values.forEach(each -> texts.add(CellReader.plain(each)));
                yield new AttributeValue.Text(texts);
            }
            case NUMBER -> {
                List<Double> numbers = new ArrayList<>();
                values.forEach(each -> numbers.add(number(column, each)));
                yield new AttributeValue.Numeric(numbers);
            }
            case FLAG -> new AttributeValue.Flag(flag(column, value));
        };
    }

    private double number(String column, Object value) {
        try {
            double number =
                    value instanceof Number n
                            ? n.doubleValue()
                            : Double.parseDouble(value.toString().strip());
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(column, "a number", value);
        }
        throw wrong(column, "a finite number", value);
    }

    private boolean flag(String column, Object value) {
        String text = value.toString().strip().toLowerCase(Locale.ROOT);
        if (!YES.contains(text) && !NO.contains(text)) {
            throw wrong(column, "true or false", value);
        }
        return YES.contains(text);
    }

    private VitrineException wrong(String column, String expected, Object found) {
        return VitrineException.field(
                code, column, column + ": expected " + expected + ", found '" + found + "'");
    }
}
