package dev.vitrine.server.protocol;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Tensors as JSON arrays, flat or nested as their shape is; both are taken, flat is written. */
final class JsonElements {
    /** Elements that there is room for at first. */
    private static final long FIRST = 1 << 12;

    private JsonElements() {}

    /**
     * Reads a tensor from an array whose opening bracket the parser stands on.
     *
     * @param left how many bytes of JSON there are from here, at least; elements take two each, so
     *     that no shape makes room for more
     * @throws VitrineException TENSOR_INVALID, naming the input
     */
    static Tensor read(String name, TensorType type, long[] shape, JsonParser in, long left) {
        if (type == TensorType.FP16 || type == TensorType.BF16) {
            throw invalid(name, type + " goes only as binary data, JSON has no such numbers");
        }
        long elements = Tensor.elements(shape);
        if (elements > left / 2) {
            throw invalid(
                    name,
                    "shape "
                            + java.util.Arrays.toString(shape)
                            + " needs "
                            + elements
                            + " elements, the rest of the JSON has "
                            + left
                            + " bytes");
        }
        return type == TensorType.BYTES
                ? texts(name, shape, (int) elements, in)
                : numbers(name, type, shape, elements, in);
    }

    private static Tensor texts(String name, long[] shape, int elements, JsonParser in) {
        String[] texts = new String[Math.min(elements, 1 << 10)];
        int count = 0;
        int depth = 1;
        while (depth > 0) {
            JsonToken token = in.nextToken();
            switch (token) {
                case START_ARRAY -> depth++;
                case END_ARRAY -> depth--;
                case VALUE_STRING -> {
                    require(count < elements, name, shape, count + 1);
                    if (count == texts.length) {
                        texts = java.util.Arrays.copyOf(texts, Math.min(elements, 2 * count));
                    }
                    texts[count++] = in.getString();
                }
                case null, default -> throw notOne(name, "text", count, in);
            }
        }
        require(count == elements, name, shape, count);
        return Tensor.of(shape, java.util.Arrays.copyOf(texts, count));
    }

    private static Tensor numbers(
            String name, TensorType type, long[] shape, long elements, JsonParser in) {
        // What a shape announces is no reason to take memory for it.
        ByteBuffer data = numbers(Math.min(elements, FIRST) * type.bytes());
        long count = 0;
        int depth = 1;
        while (depth > 0) {
            JsonToken token = in.nextToken();
            switch (token) {
                case START_ARRAY -> depth++;
                case END_ARRAY -> depth--;
                case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> {
                    require(count < elements, name, shape, count + 1);
                    if (!data.hasRemaining()) {
                        data = larger(data, elements * type.bytes());
                    }
                    put(name, type, data, token, count, in);
                    count++;
                }
                case null, default -> throw notOne(name, type.name(), count, in);
            }
        }
        require(count == elements, name, shape, count);
        return Tensor.of(type, shape, data.flip());
    }

    private static ByteBuffer larger(ByteBuffer full, long most) {
        return numbers(Math.min(2L * full.capacity(), most)).put(full.flip());
    }

    private static ByteBuffer numbers(long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw new VitrineException(
                    InferenceError.TENSOR_INVALID,
                    "a tensor holds at most 2 GiB, " + bytes + " bytes are too many");
        }
        return ByteBuffer.allocate((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Adds one number; the parser stands on it. */
    static void put(
            String name,
            TensorType type,
            ByteBuffer data,
            JsonToken token,
            long at,
            JsonParser in) {
        boolean bool = token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE;
        if (bool != (type == TensorType.BOOL)) {
            throw notOne(name, type.name(), at, in);
        }
        if (bool) {
            data.put((byte) (token == JsonToken.VALUE_TRUE ? 1 : 0));
        } else if (type == TensorType.FP32) {
            float value = in.getFloatValue();
            if (Float.isInfinite(value)) {
                throw notOne(name, type.name(), at, in);
            }
            data.putFloat(value);
        } else if (type == TensorType.FP64) {
            double value = in.getDoubleValue();
            if (Double.isInfinite(value)) {
                throw notOne(name, type.name(), at, in);
            }
            data.putDouble(value);
        } else {
            if (token != JsonToken.VALUE_NUMBER_INT) {
                throw notOne(name, type.name(), at, in);
            }
            putWhole(name, type, data, at, in);
        }
    }

    private static void putWhole(
            String name, TensorType type, ByteBuffer data, long at, JsonParser in) {
        if (type == TensorType.UINT64) {
            java.math.BigInteger value = in.getBigIntegerValue();
            if (value.signum() < 0 || value.bitLength() > 64) {
                throw notOne(name, type.name(), at, in);
            }
            data.putLong(value.longValue());
            return;
        }
        if (in.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw notOne(name, type.name(), at, in);
        }
        long value = in.getLongValue();
        int bits = 8 * type.bytes();
        boolean unsigned = type.name().startsWith("U");
        long least = unsigned ? 0 : -1L << (bits - 1);
        long most = unsigned ? (1L << bits) - 1 : ~least;
        if (value < least || value > most) {
            throw notOne(name, type.name(), at, in);
        }
        switch (type.bytes()) {
            case 1 -> data.put((byte) value);
            case 2 -> data.putShort((short) value);
            case 4 -> data.putInt((int) value);
            default -> data.putLong(value);
        }
    }

    private static void require(boolean holds, String name, long[] shape, long count) {
        if (!holds) {
            throw invalid(
                    name,
                    "shape "
                            + java.util.Arrays.toString(shape)
                            + " needs "
                            + Tensor.elements(shape)
                            + " elements, data has "
                            + (count > Tensor.elements(shape) ? "more" : count));
        }
    }

    /** The error of an element that is of another type. */
    static VitrineException notOne(String name, String type, long at, JsonParser in) {
        String found = String.valueOf(in.getString());
        return invalid(
                name,
                "element "
                        + at
                        + " is no "
                        + type
                        + ": "
                        + found.substring(0, Math.min(40, found.length())));
    }

    private static VitrineException invalid(String name, String message) {
        return VitrineException.field(
                InferenceError.TENSOR_INVALID, name, "input '" + name + "': " + message);
    }

    /** Writes all elements as one flat array. */
    static void write(Tensor tensor, JsonGenerator out) {
        out.writeStartArray();
        if (tensor.type() == TensorType.BYTES) {
            for (String text : tensor.texts()) {
                out.writeString(text);
            }
        } else {
            ByteBuffer data = tensor.data();
            while (data.hasRemaining()) {
                writeNext(tensor.type(), data, out);
            }
        }
        out.writeEndArray();
    }

    /** Writes the next number of a buffer. */
    static void writeNext(TensorType type, ByteBuffer data, JsonGenerator out) {
        switch (type) {
            case BOOL -> out.writeBoolean(data.get() != 0);
            case INT8 -> out.writeNumber(data.get());
            case UINT8 -> out.writeNumber(data.get() & 0xFF);
            case INT16 -> out.writeNumber(data.getShort());
            case UINT16 -> out.writeNumber(data.getShort() & 0xFFFF);
            case INT32 -> out.writeNumber(data.getInt());
            case UINT32 -> out.writeNumber(data.getInt() & 0xFFFF_FFFFL);
            case INT64 -> out.writeNumber(data.getLong());
            case UINT64 ->
                    out.writeNumber(
                            new java.math.BigInteger(Long.toUnsignedString(data.getLong())));
            case FP32 -> out.writeNumber(data.getFloat());
            case FP64 -> out.writeNumber(data.getDouble());
            case FP16 -> out.writeNumber(Float.float16ToFloat(data.getShort()));
            case BF16 -> out.writeNumber(Float.intBitsToFloat(data.getShort() << 16));
            case BYTES -> throw new IllegalStateException("text is no number");
        }
    }
}
