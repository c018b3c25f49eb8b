package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads one of our fields from the rows of a file, as a {@link FieldConfig} says. Made once per
 * field, so that units, zones and patterns are checked before the first row.
 */
final class CellReader {
    private final String field;
    private final FieldConfig config;
    private final DataError code;
    private final double unit;
    private final ZoneId zone;
    private final @Nullable DateTimeFormatter pattern;

    /**
     * @param field our name of it, for messages
     * @throws VitrineException MAPPING_INVALID when the configuration cannot work
     */
    CellReader(String field, FieldConfig config, DataError code) {
        this.field = field;
        this.config = config;
        this.code = code;
        this.unit =
                switch (config.unit()) {
                    case "units" -> 1;
                    case "cents" -> 100;
                    case "micros" -> 1_000_000;
                    default -> throw mapping("unit", config.unit(), "units, cents or micros");
                };
        if (!config.decimal().equals(".") && !config.decimal().equals(",")) {
            throw mapping("decimal", config.decimal(), "a point or a comma");
        }
        try {
            this.zone = ZoneId.of(config.zone());
        } catch (DateTimeException e) {
            throw mapping("zone", config.zone(), "a zone such as Europe/Berlin");
        }
        this.pattern =
                switch (config.time()) {
                    case "iso", "epoch-seconds", "epoch-millis", "epoch-micros" -> null;
                    default -> pattern(config.time());
                };
    }

    private DateTimeFormatter pattern(String form) {
        try {
            return DateTimeFormatter.ofPattern(form, Locale.ENGLISH);
        } catch (IllegalArgumentException e) {
            throw mapping(
                    "time",
                    form,
                    "iso, epoch-seconds, epoch-millis, epoch-micros or a pattern such as"
                            + " dd.MM.yyyy HH:mm");
        }
    }

    private VitrineException mapping(String key, String found, String expected) {
        return VitrineException.field(
                DataError.MAPPING_INVALID,
                field,
                field + ": " + key + " '" + found + "' is unknown; expected " + expected);
    }

    /** The value as the row has it, after translation; null when absent or empty. */
    private @Nullable Object value(Row row) {
        String column = config.column();
        Object value = column == null ? config.constant() : row.value(column);
        if (!config.values().isEmpty()) {
            String key = value == null ? "" : plain(value);
            String translated = config.values().get(key);
            if (translated == null) {
                translated = config.values().get("*");
            }
            if (translated == null) {
                throw fail(
                        "'"
                                + key
                                + "' is not among the values of the mapping: "
                                + String.join(
                                        ", ", config.values().keySet().stream().sorted().toList()));
            }
            value = translated;
        }
        return value == null || value.equals("") ? null : value;
    }

    String text(Row row, int most) {
        Object value = value(row);
        if (value == null) {
            return "";
        }
        if (value instanceof List<?> list) {
            value = list.isEmpty() ? "" : list.getFirst();
        }
        return bounded(plain(value), most);
    }

    private String bounded(String text, int most) {
        if (text.length() > most) {
            throw fail("has " + text.length() + " characters, at most " + most + " are allowed");
        }
        return text;
    }

    /** All values: of a list, or of a text with a separator. */
    List<String> texts(Row row, int most, int longest) {
        Object value = value(row);
        List<String> texts = new ArrayList<>();
        if (value instanceof List<?> list) {
            list.forEach(each -> texts.add(bounded(plain(each), longest)));
        } else if (value != null && !config.separator().isEmpty()) {
            CategoryPath.split(plain(value), config.separator())
                    .forEach(each -> texts.add(bounded(each, longest)));
        } else if (value != null) {
            texts.add(bounded(plain(value), longest));
        }
        if (texts.size() > most) {
            throw fail("has " + texts.size() + " entries, at most " + most + " are allowed");
        }
        return texts;
    }

    /** Category paths: a list of lists, or texts with levels. */
    List<List<String>> paths(Row row) {
        List<List<String>> paths = new ArrayList<>();
        if (value(row) instanceof List<?> list
                && !list.isEmpty()
                && list.stream().allMatch(List.class::isInstance)) {
            for (Object each : list) {
                paths.add(((List<?>) each).stream().map(CellReader::plain).toList());
            }
        } else {
            for (String path : texts(row, ProductJson.MAX_CATEGORIES, ProductJson.MAX_TITLE)) {
                List<String> levels = CategoryPath.split(path, config.levels());
                if (!levels.isEmpty()) {
                    paths.add(levels);
                }
            }
        }
        return paths;
    }

    /** A finite number in our unit; NaN when absent. */
    double number(Row row) {
        Object value = value(row);
        if (value == null) {
            return Double.NaN;
        }
        double number;
        if (value instanceof Number n) {
            number = n.doubleValue();
        } else {
            String text = plain(value).strip();
            String plain = config.decimal().equals(",") ? text.replace(',', '.') : text;
            try {
                number = Double.parseDouble(plain);
            } catch (NumberFormatException e) {
                throw wrong("a number", value);
            }
        }
        if (!Double.isFinite(number)) {
            throw wrong("a finite number", value);
        }
        return number / unit;
    }

    /** As {@link #number}, from 0 to {@link Product#MAX_AMOUNT}. */
    double amount(Row row) {
        double number = number(row);
        if (number < 0) {
            throw fail("must not be negative, found " + number);
        }
        if (number > Product.MAX_AMOUNT) {
            throw fail("must be at most " + Product.MAX_AMOUNT + ", found " + number);
        }
        return number;
    }

    /** Epoch milliseconds; {@link Product#NO_TIME} when absent. */
    long time(Row row) {
        Object value = value(row);
        if (value == null) {
            return Product.NO_TIME;
        }
        return switch (config.time()) {
            case "epoch-seconds" -> epoch(value, 1_000);
            case "epoch-millis" -> epoch(value, 1);
            case "epoch-micros" -> epoch(value, 0.001);
            case "iso" -> iso(value);
            default -> parsed(value);
        };
    }

    private long epoch(Object value, double millis) {
        try {
            if (value instanceof Long whole && millis >= 1) {
                return Math.multiplyExact(whole, (long) millis);
            }
            double number =
                    value instanceof Number n
                            ? n.doubleValue()
                            : Double.parseDouble(plain(value).strip());
            double time = number * millis;
            if (Double.isFinite(time) && Math.abs(time) < 1e17) {
                return Math.round(time);
            }
        } catch (NumberFormatException | ArithmeticException e) {
            throw wrong("a time as " + config.time(), value);
        }
        throw wrong("a time as " + config.time(), value);
    }

    private long iso(Object value) {
        if (value instanceof Long instant) {
            // Parquet's timestamps come as epoch milliseconds.
            return instant;
        }
        String text = plain(value).strip();
        long exact = Rfc3339.parse(text);
        if (exact != Rfc3339.INVALID) {
            return exact;
        }
        try {
            if (text.length() == 10) {
                return LocalDate.parse(text).atStartOfDay(zone).toInstant().toEpochMilli();
            }
            return LocalDateTime.parse(text.replace(' ', 'T'))
                    .atZone(zone)
                    .toInstant()
                    .toEpochMilli();
        } catch (DateTimeException e) {
            throw wrong("a time such as 2026-11-21T10:15:30Z or 2026-11-21", value);
        }
    }

    private long parsed(Object value) {
        DateTimeFormatter form = Objects.requireNonNull(pattern);
        try {
            TemporalAccessor parsed = form.parse(plain(value).strip());
            if (parsed.isSupported(ChronoField.INSTANT_SECONDS)) {
                return ZonedDateTime.from(parsed).toInstant().toEpochMilli();
            }
            LocalDate date = LocalDate.from(parsed);
            @Nullable LocalTime time = parsed.query(TemporalQueries.localTime());
            ZoneId own = parsed.query(TemporalQueries.zone());
            return (time == null ? date.atStartOfDay() : date.atTime(time))
                    .atZone(own == null ? zone : own)
                    .toInstant()
                    .toEpochMilli();
        } catch (DateTimeException e) {
            throw wrong("a time like " + config.time(), value);
        }
    }

    static String plain(Object value) {
        if (value instanceof Double d && d == Math.rint(d) && Math.abs(d) < 1e15) {
            return Long.toString(d.longValue());
        }
        return value instanceof Map ? JsonValues.text(Fields.asMap(value)) : value.toString();
    }

    private VitrineException wrong(String expected, Object found) {
        String shown = plain(found);
        return fail(
                "expected "
                        + expected
                        + ", found '"
                        + (shown.length() > 80 ? shown.substring(0, 80) + "..." : shown)
                        + "'");
    }

    VitrineException fail(String problem) {
        String from = config.column() == null ? "" : " (column '" + config.column() + "')";
        return VitrineException.field(code, field, field + from + ": " + problem);
    }

    VitrineException missing() {
        String from = config.column() == null ? "" : " (column '" + config.column() + "')";
        return VitrineException.field(
                DataError.FIELD_MISSING, field, field + from + ": is missing");
    }
}
