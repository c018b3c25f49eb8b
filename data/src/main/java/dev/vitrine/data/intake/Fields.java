package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One record of someone else's format, read field by field. What is absent reads as empty, NaN or
 * {@link Product#NO_TIME}; what has the wrong type is an error that names the field by its path.
 *
 * @param values as {@link JsonValues} gives them
 * @param path in front of field names in messages; empty at the top
 */
record Fields(Map<String, Object> values, String path) {
    private static final int SHOWN = 80;

    Fields(Map<String, Object> values) {
        this(values, "");
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    /** A text, or a number or flag as text. */
    String text(String name, int most) {
        Object value = values.get(name);
        if (value == null) {
            return "";
        }
        if (value instanceof Map || value instanceof List) {
            throw wrong(name, "a text");
        }
        String text = value instanceof Double d ? number(d) : value.toString();
        if (text.length() > most) {
            throw fail(
                    name, "has " + text.length() + " characters, at most " + most + " are allowed");
        }
        return text;
    }

    String id(String name) {
        return text(name, EventJson.MAX_ID);
    }

    String itemId(String name) {
        return text(name, Product.MAX_ID_LENGTH);
    }

    String required(String name) {
        String text = id(name);
        if (text.isEmpty()) {
            throw missing(name);
        }
        return text;
    }

    /** A finite number, also when written as a text; NaN when absent or empty. */
    double number(String name) {
        Object value = values.get(name);
        if (value == null || "".equals(value)) {
            return Double.NaN;
        }
        double number = Double.NaN;
        if (value instanceof Number n) {
            number = n.doubleValue();
        } else if (value instanceof String text) {
            try {
                number = Double.parseDouble(text.strip());
            } catch (NumberFormatException e) {
                throw wrong(name, "a number");
            }
        }
        if (!Double.isFinite(number)) {
            throw wrong(name, "a number");
        }
        return number;
    }

    double number(String name, double otherwise) {
        double number = number(name);
        return Double.isNaN(number) ? otherwise : number;
    }

    /**
     * An RFC 3339 time, or a number of which one is {@code millis} milliseconds (1000 for epoch
     * seconds, 0.001 for microseconds).
     */
    long time(String name, double millis) {
        Object value = values.get(name);
        if (value == null || "".equals(value)) {
            return Product.NO_TIME;
        }
        if (value instanceof String text && text.length() >= 20 && text.charAt(4) == '-') {
            long time = Rfc3339.parse(text);
            if (time == Rfc3339.INVALID) {
                throw wrong(name, "an RFC 3339 time");
            }
            return time;
        }
        return Math.round(number(name) * millis);
    }

    /** An object inside; empty when absent. */
    Fields object(String name) {
        Object value = values.get(name);
        if (value == null) {
            return new Fields(Map.of(), path + name + ".");
        }
        if (!(value instanceof Map)) {
            throw wrong(name, "an object");
        }
        return new Fields(asMap(value), path + name + ".");
    }

    /** A list of objects inside; empty when absent. */
    List<Fields> objects(String name, int most) {
        List<Fields> objects = new ArrayList<>();
        for (Object each : list(name, most)) {
            String place = path + name + "[" + objects.size() + "]";
            if (!(each instanceof Map)) {
                throw invalid(place, place + ": expected an object, found " + show(each));
            }
            objects.add(new Fields(asMap(each), place + "."));
        }
        return objects;
    }

    List<String> texts(String name, int most) {
        return list(name, most).stream().map(String::valueOf).toList();
    }

    private List<?> list(String name, int most) {
        Object value = values.get(name);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof List<?> list)) {
            throw wrong(name, "a list");
        }
        if (list.size() > most) {
            throw fail(name, "has " + list.size() + " entries, at most " + most + " are allowed");
        }
        return list;
    }

    /** All fields that are not {@code known}, as attributes; objects flattened with dots. */
    Map<String, AttributeValue> others(Set<String> known) {
        Map<String, AttributeValue> attributes = new HashMap<>();
        values.forEach((name, value) -> {
            if (!known.contains(name)) {
                collect(name, value, attributes);
            }
        });
        if (attributes.size() > EventJson.MAX_ATTRIBUTES) {
            throw fail("attributes", "has more than " + EventJson.MAX_ATTRIBUTES + " entries");
        }
        return attributes;
    }

    /** Adds a value as one attribute, or an object as several. */
    static void collect(String name, Object value, Map<String, AttributeValue> into) {
        switch (value) {
            case Boolean flag -> into.put(name, new AttributeValue.Flag(flag));
            case Number number ->
                    into.put(name, new AttributeValue.Numeric(List.of(number.doubleValue())));
            case Map<?, ?> map ->
                    map.forEach((inner, each) -> collect(name + "." + inner, each, into));
            case List<?> list -> {
                boolean numbers =
                        !list.isEmpty() && list.stream().allMatch(Number.class::isInstance);
                into.put(
                        name,
                        numbers
                                ? new AttributeValue.Numeric(
                                        map(list, each -> ((Number) each).doubleValue()))
                                : new AttributeValue.Text(map(list, Fields::plain)));
            }
            default -> into.put(name, new AttributeValue.Text(List.of(value.toString())));
        }
    }

    private static <T> List<T> map(List<?> list, Function<Object, T> each) {
        List<T> mapped = new ArrayList<>();
        for (Object value : list) {
            mapped.add(each.apply(value));
        }
        return mapped;
    }

    private static String plain(Object value) {
        return value instanceof Map ? JsonValues.text(asMap(value)) : value.toString();
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    VitrineException missing(String name) {
        return VitrineException.field(
                DataError.FIELD_MISSING, path + name, path + name + ": is missing");
    }

    VitrineException wrong(String name, String expected) {
        return fail(name, "expected " + expected + ", found " + show(values.get(name)));
    }

    VitrineException fail(String name, String problem) {
        return invalid(path + name, path + name + ": " + problem);
    }

    private static VitrineException invalid(String field, String message) {
        return VitrineException.field(DataError.EVENT_INVALID, field, message);
    }

    private static String show(@Nullable Object value) {
        String text = String.valueOf(value);
        return "'" + (text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text) + "'";
    }
}
