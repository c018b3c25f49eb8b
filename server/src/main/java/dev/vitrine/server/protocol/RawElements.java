package dev.vitrine.server.protocol;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Tensors as the protocol's plain bytes: numbers little-endian; text as a length in four bytes
 * before each element, in UTF-8.
 */
public final class RawElements {
    private RawElements() {}

    /**
     * Reads a tensor.
     *
     * @param bytes exactly its part, in an array; numbers stay where they are
     */
    public static Tensor read(TensorType type, long[] shape, ByteBuffer bytes) {
        if (type == TensorType.BYTES) {
            return Tensor.of(shape, texts(Tensor.elements(shape), bytes));
        }
        long needed = Tensor.elements(shape) * type.bytes();
        if (needed != bytes.remaining()) {
            throw wrongLength(type, shape, needed, bytes);
        }
        return Tensor.of(type, shape, bytes);
    }

    private static VitrineException wrongLength(
            TensorType type, long[] shape, long needed, ByteBuffer bytes) {
        return invalid(
                "shape "
                        + Arrays.toString(shape)
                        + " of "
                        + type
                        + " needs "
                        + needed
                        + " bytes, found "
                        + bytes.remaining());
    }

    private static String[] texts(long elements, ByteBuffer bytes) {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (elements * Integer.BYTES > in.remaining()) {
            throw invalid(elements + " texts do not fit into " + in.remaining() + " bytes");
        }
        String[] texts = new String[(int) elements];
        for (int i = 0; i < texts.length; i++) {
            int length = in.remaining() < Integer.BYTES ? -1 : in.getInt();
            if (length < 0 || length > in.remaining()) {
                throw invalid("text " + i + " of " + elements + " is cut off");
            }
            int at = bytes.arrayOffset() + bytes.position() + in.position();
            texts[i] = text(bytes.array(), at, length, i);
            in.position(in.position() + length);
        }
        if (in.hasRemaining()) {
            throw invalid(in.remaining() + " bytes are left after " + elements + " texts");
        }
        return texts;
    }

    private static String text(byte[] bytes, int at, int length, int element) {
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        // Broken UTF-8 becomes this character, which a text may also have of its own.
        if (text.indexOf('\uFFFD') >= 0) {
            try {
                StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, at, length));
            } catch (CharacterCodingException e) {
                throw new VitrineException(
                        InferenceError.TENSOR_INVALID, "text " + element + " is not UTF-8", e);
            }
        }
        return text;
    }

    /** How many bytes {@link #write} writes. */
    public static int size(Tensor tensor) {
        if (tensor.type() != TensorType.BYTES) {
            return tensor.data().remaining();
        }
        long size = 0;
        for (String text : tensor.texts()) {
            size += Integer.BYTES + text.getBytes(StandardCharsets.UTF_8).length;
        }
        return Math.toIntExact(size);
    }

    /** Writes a tensor's bytes. */
    public static void write(Tensor tensor, ByteArrayOutputStream out) {
        if (tensor.type() != TensorType.BYTES) {
            ByteBuffer data = tensor.data();
            if (data.hasArray()) {
                out.write(data.array(), data.arrayOffset() + data.position(), data.remaining());
            } else {
                byte[] bytes = new byte[data.remaining()];
                data.get(bytes);
                out.writeBytes(bytes);
            }
            return;
        }
        for (String text : tensor.texts()) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
                out.write(utf8.length >>> shift);
            }
            out.writeBytes(utf8);
        }
    }

    private static VitrineException invalid(String message) {
        return new VitrineException(InferenceError.TENSOR_INVALID, message);
    }
}
