package dev.vitrine.data.catalog;

import dev.vitrine.data.DataError;
import dev.vitrine.data.store.RowReader;
import dev.vitrine.data.store.RowWriter;
import dev.vitrine.kernel.error.VitrineException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Attributes as bytes of a row. Equal maps give equal bytes: names are written in order. */
public final class AttributeCodec {
    private static final int TEXT = 1;
    private static final int NUMERIC = 2;
    private static final int FLAG = 3;

    private AttributeCodec() {}

    public static void write(RowWriter to, Map<String, AttributeValue> attributes) {
        to.putUnsigned(attributes.size());
        if (attributes.isEmpty()) {
            return;
        }
        String[] names = attributes.keySet().toArray(String[]::new);
        Arrays.sort(names);
        for (String name : names) {
            AttributeValue value = attributes.get(name);
            if (value == null) {
                throw new IllegalStateException("the attributes changed while they were written");
            }
            to.putText(name);
            writeValue(to, value);
        }
    }

    private static void writeValue(RowWriter to, AttributeValue value) {
        switch (value) {
            case AttributeValue.Text text -> {
                to.putByte(TEXT).putUnsigned(text.values().size());
                for (String each : text.values()) {
                    to.putText(each);
                }
            }
            case AttributeValue.Numeric numeric -> {
                to.putByte(NUMERIC).putUnsigned(numeric.values().size());
                for (double each : numeric.values()) {
                    to.putDouble(each);
                }
            }
            case AttributeValue.Flag flag -> to.putByte(FLAG).putByte(flag.value() ? 1 : 0);
        }
    }

    public static Map<String, AttributeValue> read(RowReader from) {
        int count = from.getLength();
        if (count == 0) {
            return Map.of();
        }
        Map<String, AttributeValue> attributes = HashMap.newHashMap(count);
        for (int i = 0; i < count; i++) {
            String name = from.getText();
            attributes.put(name, readValue(from));
        }
        return Map.copyOf(attributes);
    }

    private static AttributeValue readValue(RowReader from) {
        int kind = from.getByte();
        if (kind == FLAG) {
            return new AttributeValue.Flag(from.getByte() != 0);
        }
        int count = from.getLength();
        if (kind == TEXT) {
            String[] values = new String[count];
            for (int i = 0; i < count; i++) {
                values[i] = from.getText();
            }
            return new AttributeValue.Text(List.of(values));
        }
        if (kind == NUMERIC) {
            Double[] values = new Double[count];
            for (int i = 0; i < count; i++) {
                values[i] = from.getDouble();
            }
            return new AttributeValue.Numeric(List.of(values));
        }
        throw new VitrineException(
                DataError.STORE_FAILED,
                "a stored attribute has kind " + kind + " at byte " + from.position());
    }
}
