package dev.vitrine.inference.tensor;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Elements of one type in a shape, row by row. Numbers lie in a buffer, little-endian; text is an
 * array. A tensor does not copy what it is made of and does not guard it.
 */
public final class Tensor {
    /** More dimensions than any real model has; ONNX Runtime has a limit of its own, 8. */
    public static final int MAX_DIMENSIONS = 8;

    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);
    private static final String[] NO_TEXTS = new String[0];

    private final TensorType type;
    private final long[] shape;
    private final ByteBuffer data;
    private final String[] texts;

    private Tensor(TensorType type, long[] shape, ByteBuffer data, String[] texts) {
        this.type = type;
        this.shape = shape;
        this.data = data;
        this.texts = texts;
    }

    /**
     * Numbers.
     *
     * @param data from its position to its limit, little-endian; a direct buffer saves a copy
     * @throws VitrineException TENSOR_INVALID when the bytes are not as many as the shape needs
     */
    public static Tensor of(TensorType type, long[] shape, ByteBuffer data) {
        if (type == TensorType.BYTES) {
            throw new IllegalArgumentException("text is not a buffer");
        }
        long elements = elements(shape);
        if (elements * type.bytes() != data.remaining()) {
            throw invalid(
                    "shape "
                            + Arrays.toString(shape)
                            + " of "
                            + type
                            + " needs "
                            + elements * type.bytes()
                            + " bytes, found "
                            + data.remaining());
        }
        return new Tensor(
                type, shape.clone(), data.slice().order(ByteOrder.LITTLE_ENDIAN), NO_TEXTS);
    }

    /** Text; TENSOR_INVALID when there is not as much as the shape needs. */
    public static Tensor of(long[] shape, String[] texts) {
        if (elements(shape) != texts.length) {
            throw invalid(
                    "shape "
                            + Arrays.toString(shape)
                            + " needs "
                            + elements(shape)
                            + " texts, found "
                            + texts.length);
        }
        return new Tensor(TensorType.BYTES, shape.clone(), NO_BYTES, texts);
    }

    public static Tensor of(long[] shape, float[] values) {
        ByteBuffer data = direct(values.length * (long) Float.BYTES);
        data.asFloatBuffer().put(values);
        return of(TensorType.FP32, shape, data);
    }

    public static Tensor of(long[] shape, long[] values) {
        ByteBuffer data = direct(values.length * (long) Long.BYTES);
        data.asLongBuffer().put(values);
        return of(TensorType.INT64, shape, data);
    }

    /**
     * A buffer outside the heap, of native order as ONNX Runtime wants it.
     *
     * @throws VitrineException TENSOR_INVALID when it is more than a buffer can hold,
     *     MEMORY_INSUFFICIENT when there is no room now
     */
    public static ByteBuffer direct(long bytes) {
        if (bytes > Integer.MAX_VALUE) {
            throw invalid("a tensor holds at most 2 GiB, " + bytes + " bytes are too many");
        }
        try {
            return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        } catch (OutOfMemoryError e) {
            throw new VitrineException(
                    InferenceError.MEMORY_INSUFFICIENT,
                    "there is no room for a tensor of " + bytes + " bytes now",
                    e);
        }
    }

    /**
     * How many elements a shape has.
     *
     * @throws VitrineException TENSOR_INVALID for negative or absurdly large dimensions
     */
    public static long elements(long[] shape) {
        if (shape.length > MAX_DIMENSIONS) {
            throw invalid(
                    "at most " + MAX_DIMENSIONS + " dimensions are taken, found " + shape.length);
        }
        long elements = 1;
        for (long size : shape) {
            if (size < 0 || size > Integer.MAX_VALUE) {
                throw invalid("shape " + Arrays.toString(shape) + " has an impossible dimension");
            }
            elements *= size;
            if (elements > Integer.MAX_VALUE) {
                throw invalid("shape " + Arrays.toString(shape) + " has too many elements");
            }
        }
        return elements;
    }

    public TensorType type() {
        return type;
    }

    public long[] shape() {
        return shape.clone();
    }

    public int dimensions() {
        return shape.length;
    }

    /** The size of one dimension, from 0. */
    public long size(int dimension) {
        return shape[dimension];
    }

    /** All numbers, little-endian, from position 0; empty for text. Not a copy. */
    public ByteBuffer data() {
        return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** All texts; empty for numbers. Not a copy. */
    public String[] texts() {
        return texts;
    }

    /** What it takes in memory, about; of text the characters. */
    public long bytes() {
        if (type != TensorType.BYTES) {
            return data.remaining();
        }
        long bytes = 0;
        for (String text : texts) {
            bytes += text.length();
        }
        return bytes;
    }

    public float[] floats() {
        if (type != TensorType.FP32) {
            throw new IllegalStateException("the elements are " + type);
        }
        float[] values = new float[data.remaining() / Float.BYTES];
        data.duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
        return values;
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }

    private static VitrineException invalid(String message) {
        return new VitrineException(InferenceError.TENSOR_INVALID, message);
    }
}
