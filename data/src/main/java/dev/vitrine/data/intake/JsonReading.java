package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads typed values from one JSON record. Every error names the field (with its place in a list)
 * and the value found. One instance reads one record; not thread-safe.
 */
final class JsonReading implements AutoCloseable {
    static final int MAX_DEPTH = 32;
    static final int MAX_STRING = 1_000_000;

    static final JsonFactory FACTORY =
            JsonFactory.builder()
                    .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(MAX_DEPTH)
                                    .maxStringLength(MAX_STRING)
                                    .maxNameLength(1_000)
                                    .maxNumberLength(400)
                                    .build())
                    .build();

    /** Text that stands for a found value in a message is cut to this length. */
    private static final int SHOWN = 80;

    final JsonParser parser;
    private final DataError code;
    private String list = "";
    private int index;

    private JsonReading(JsonParser parser, DataError code) {
        this.parser = parser;
        this.code = code;
    }

    /** What reads a record whose opening brace was just passed. */
    interface Body<T> {
        T read(JsonReading reading);
    }

    /**
     * Reads one JSON object and nothing after it.
     *
     * @throws VitrineException with {@code code} when it is not UTF-8, not JSON or not an object
     */
    static <T> T object(byte[] bytes, int from, int length, DataError code, Body<T> body) {
        int invalid = Utf8.firstInvalid(bytes, from, length);
        if (invalid >= 0) {
            throw new VitrineException(
                    code,
                    String.format(
                            "byte %d (0x%02X) is not UTF-8",
                            invalid, bytes[from + invalid] & 0xFF));
        }
        try (JsonParser parser =
                FACTORY.createParser(ObjectReadContext.empty(), bytes, from, length)) {
            JsonReading reading = new JsonReading(parser, code);
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new VitrineException(
                        code, "expected a JSON object, found " + reading.found());
            }
            T value = body.read(reading);
            if (parser.nextToken() != null) {
                throw new VitrineException(
                        code, "found " + reading.found() + " after the end of the JSON object");
            }
            return value;
        } catch (JacksonException e) {
            throw notJson(code, e);
        }
    }

    static <T> T object(String text, DataError code, Body<T> body) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return object(bytes, 0, bytes.length, code, body);
    }

    static VitrineException notJson(DataError code, JacksonException e) {
        String where =
                e.getLocation() == null
                        ? ""
                        : " at column " + Math.max(1, e.getLocation().getColumnNr());
        return new VitrineException(code, "not JSON" + where + ": " + e.getOriginalMessage(), e);
    }

    /** Moves to the next field of the current object and on to its value; null at the end. */
    @Nullable String nextField() {
        String name = parser.nextName();
        if (name == null) {
            return null;
        }
        parser.nextToken();
        return name;
    }

    /** From now on errors name fields as those of entry {@code place} of {@code listName}. */
    void inside(String listName, int place) {
        list = listName;
        index = place;
    }

    void outside() {
        list = "";
    }

    boolean isNull() {
        return parser.currentToken() == JsonToken.VALUE_NULL;
    }

    /** A text of at most {@code max} characters; null reads as empty. */
    String text(String field, int max) {
        if (isNull()) {
            return "";
        }
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw wrong(field, "a text");
        }
        String value = parser.getString();
        if (value.length() > max) {
            throw fail(
                    field,
                    "has "
                            + value.length()
                            + " characters, at most "
                            + max
                            + " are allowed: '"
                            + shorten(value)
                            + "'");
        }
        return value;
    }

    /** An id: a text, or a whole number, which is taken as its digits. */
    String id(String field, int max) {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT) {
            return parser.getString();
        }
        return text(field, max);
    }

    /** A finite number; null reads as NaN. */
    double number(String field) {
        if (isNull()) {
            return Double.NaN;
        }
        JsonToken token = parser.currentToken();
        if (token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) {
            throw wrong(field, "a number");
        }
        double value = parser.getDoubleValue();
        if (!Double.isFinite(value)) {
            throw wrong(field, "a number within the range of a double");
        }
        return value;
    }

    /** A number from 0 to {@link Product#MAX_AMOUNT}; null reads as NaN. */
    double amount(String field) {
        double value = number(field);
        if (value < 0) {
            throw fail(field, "must not be negative, found " + found());
        }
        if (value > Product.MAX_AMOUNT) {
            throw fail(field, "must be at most " + Product.MAX_AMOUNT + ", found " + found());
        }
        return value;
    }

    long whole(String field, long least, long most) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw wrong(field, "a whole number");
        }
        long value;
        try {
            value = parser.getLongValue();
        } catch (JacksonException e) {
            throw wrong(field, "a whole number from " + least + " to " + most);
        }
        if (value < least || value > most) {
            throw wrong(field, "a whole number from " + least + " to " + most);
        }
        return value;
    }

    /** An RFC 3339 time or epoch milliseconds; null reads as {@code absent}. */
    long time(String field, long absent) {
        if (isNull()) {
            return absent;
        }
        JsonToken token = parser.currentToken();
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return whole(field, -62_135_596_800_000L, 253_402_300_799_999L);
        }
        if (token == JsonToken.VALUE_STRING) {
            long value = Rfc3339.parse(parser.getString());
            if (value != Rfc3339.INVALID) {
                return value;
            }
        }
        throw wrong(field, "an RFC 3339 time (2026-11-21T10:15:30Z) or epoch milliseconds");
    }

    /** Reads a list by calling {@code each} at every element; null reads as empty. */
    void list(String field, int most, IntConsumer each) {
        if (isNull()) {
            return;
        }
        if (parser.currentToken() != JsonToken.START_ARRAY) {
            throw wrong(field, "a list");
        }
        int count = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (count == most) {
                throw fail(field, "has more than " + most + " entries");
            }
            each.accept(count++);
        }
    }

    List<String> texts(String field, int most, int max) {
        List<String> values = new ArrayList<>();
        list(field, most, i -> values.add(text(field + "[" + i + "]", max)));
        return values;
    }

    void expectObject(String field) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw wrong(field, "an object");
        }
    }

    /**
     * Reads the current value into attributes under {@code name}. Objects are flattened with dots;
     * null is dropped; a list is of numbers when all its entries are.
     */
    void attribute(String name, Map<String, AttributeValue> into, int most) {
        switch (parser.currentToken()) {
            case VALUE_NULL -> {
                return;
            }
            case VALUE_TRUE -> into.put(name, new AttributeValue.Flag(true));
            case VALUE_FALSE -> into.put(name, new AttributeValue.Flag(false));
            case VALUE_STRING ->
                    into.put(name, new AttributeValue.Text(List.of(text(name, MAX_STRING))));
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    into.put(name, new AttributeValue.Numeric(List.of(number(name))));
            case START_OBJECT -> {
                String inner;
                while ((inner = nextField()) != null) {
                    attribute(name + "." + inner, into, most);
                }
            }
            case START_ARRAY -> attributeList(name, into, most);
            default -> throw wrong(name, "a JSON value");
        }
        if (into.size() > most) {
            throw fail("attributes", "has more than " + most + " entries");
        }
    }

    private void attributeList(String name, Map<String, AttributeValue> into, int most) {
        List<String> texts = new ArrayList<>();
        List<Double> numbers = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            JsonToken token = parser.currentToken();
            if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
                attribute(name + "." + texts.size(), into, most);
                continue;
            }
            if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
                numbers.add(number(name));
            }
            if (token != JsonToken.VALUE_NULL) {
                texts.add(parser.getString());
            }
            if (texts.size() > most) {
                throw fail(name, "has more than " + most + " entries");
            }
        }
        if (!numbers.isEmpty() && numbers.size() == texts.size()) {
            into.put(name, new AttributeValue.Numeric(numbers));
        } else {
            into.put(name, new AttributeValue.Text(texts));
        }
    }

    VitrineException missing(String field, String what) {
        String path = path(field);
        return VitrineException.field(
                DataError.FIELD_MISSING, path, path + ": is missing; expected " + what);
    }

    VitrineException wrong(String field, String expected) {
        return fail(field, "expected " + expected + ", found " + found());
    }

    VitrineException fail(String field, String problem) {
        String path = path(field);
        return VitrineException.field(code, path, path + ": " + problem);
    }

    private String path(String field) {
        if (list.isEmpty()) {
            return field;
        }
        return list + "[" + index + "]" + (field.isEmpty() ? "" : "." + field);
    }

    /** The current value in words. */
    String found() {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT, END_OBJECT -> "an object";
            case START_ARRAY, END_ARRAY -> "a list";
            case VALUE_STRING -> "'" + shorten(parser.getString()) + "'";
            default -> shorten(String.valueOf(parser.getString()));
        };
    }

    private static String shorten(String value) {
        return value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "...";
    }

    @Override
    public void close() {
        parser.close();
    }
}
