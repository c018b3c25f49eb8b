package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;

/**
 * JSON as plain values: String, Long, Double, Boolean, List and Map in the order written. A field
 * that is null counts as absent.
 */
final class JsonValues {
    private JsonValues() {}

    static Map<String, Object> object(byte[] bytes, int from, int length, DataError code) {
        return JsonReading.object(bytes, from, length, code, JsonValues::fields);
    }

    private static Map<String, Object> fields(JsonReading in) {
        Map<String, Object> values = new LinkedHashMap<>();
        String name;
        while ((name = in.nextField()) != null) {
            Object value = value(in, name);
            if (value != null) {
                values.put(name, value);
            }
        }
        return values;
    }

    private static @Nullable Object value(JsonReading in, String name) {
        return switch (in.parser.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_STRING -> in.parser.getString();
            case VALUE_NUMBER_INT -> whole(in);
            case VALUE_NUMBER_FLOAT -> in.number(name);
            case START_OBJECT -> fields(in);
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                while (in.parser.nextToken() != JsonToken.END_ARRAY) {
                    Object value = value(in, name);
                    if (value != null) {
                        list.add(value);
                    }
                }
                yield list;
            }
            default -> throw in.wrong(name, "a JSON value");
        };
    }

    /** A long where it fits, so that ids keep all their digits; otherwise the digits as text. */
    private static Object whole(JsonReading in) {
        String digits = in.parser.getString();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            return digits;
        }
    }

    static byte[] bytes(Map<String, Object> values) {
        return JsonWriting.bytes(json -> write(json, values));
    }

    static String text(Map<String, Object> values) {
        return new String(bytes(values), StandardCharsets.UTF_8);
    }

    private static void write(JsonGenerator json, Object value) {
        switch (value) {
            case String text -> json.writeString(text);
            case Long number -> json.writeNumber(number);
            case Integer number -> json.writeNumber(number);
            case Double number -> json.writeNumber(number);
            case Float number -> json.writeNumber(number);
            case Boolean flag -> json.writeBoolean(flag);
            case List<?> list -> {
                json.writeStartArray();
                list.forEach(each -> write(json, each));
                json.writeEndArray();
            }
            case Map<?, ?> map -> {
                json.writeStartObject();
                map.forEach((name, each) -> {
                    json.writeName(String.valueOf(name));
                    write(json, each);
                });
                json.writeEndObject();
            }
            default -> json.writeString(value.toString());
        }
    }
}
