package dev.vitrine.data.intake;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;

/** Writes fields the way api.md names them; absent values are left out. */
final class JsonWriting {
    private static final long WHOLE = 1L << 53;

    private JsonWriting() {}

    static byte[] bytes(Consumer<JsonGenerator> body) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator json =
                JsonReading.FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            body.accept(json);
        }
        return out.toByteArray();
    }

    static void text(JsonGenerator json, String name, String value) {
        if (!value.isEmpty()) {
            json.writeStringProperty(name, value);
        }
    }

    static void number(JsonGenerator json, String name, double value) {
        if (!Double.isNaN(value)) {
            json.writeName(name);
            number(json, value);
        }
    }

    /** Writes whole numbers without a fraction. */
    static void number(JsonGenerator json, double value) {
        if (value == Math.rint(value) && Math.abs(value) < WHOLE) {
            json.writeNumber((long) value);
        } else {
            json.writeNumber(value);
        }
    }

    static void time(JsonGenerator json, String name, long value) {
        if (value != Product.NO_TIME) {
            json.writeStringProperty(name, Instant.ofEpochMilli(value).toString());
        }
    }

    static void texts(JsonGenerator json, String name, List<String> values) {
        if (!values.isEmpty()) {
            json.writeName(name);
            texts(json, values);
        }
    }

    static void texts(JsonGenerator json, List<String> values) {
        json.writeStartArray();
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    /** Writes attributes sorted by name, so that equal records give equal bytes. */
    static void attributes(
            JsonGenerator json, String name, Map<String, AttributeValue> attributes) {
        if (attributes.isEmpty()) {
            return;
        }
        json.writeObjectPropertyStart(name);
        for (Map.Entry<String, AttributeValue> each : new TreeMap<>(attributes).entrySet()) {
            json.writeName(each.getKey());
            switch (each.getValue()) {
                case AttributeValue.Flag flag -> json.writeBoolean(flag.value());
                case AttributeValue.Text text -> {
                    if (text.values().size() == 1) {
                        json.writeString(text.values().getFirst());
                    } else {
                        texts(json, text.values());
                    }
                }
                case AttributeValue.Numeric numeric -> {
                    if (numeric.values().size() == 1) {
                        number(json, numeric.values().getFirst());
                    } else {
                        json.writeStartArray();
                        numeric.values().forEach(value -> number(json, value));
                        json.writeEndArray();
                    }
                }
            }
        }
        json.writeEndObject();
    }
}
