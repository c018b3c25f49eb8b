package dev.vitrine.inference.cache;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A question to one version of a model: the SHA-256 of its inputs by name (type, shape, content)
 * and of the outputs wanted. Nobody knows two inputs with the same SHA-256, nor how to make them,
 * so that equal keys mean equal questions even where callers mean harm.
 */
public record InputKey(long a, long b, long c, long d) {
    private static final int COPIED = 8192;

    /** The key of a whole request. */
    public static InputKey of(Map<String, Tensor> inputs, List<String> outputs) {
        MessageDigest digest = sha256();
        begin(digest, outputs, inputs.size());
        byte[] copied = new byte[COPIED];
        for (Map.Entry<String, Tensor> input : new TreeMap<>(inputs).entrySet()) {
            Tensor tensor = input.getValue();
            head(digest, input.getKey(), tensor, 0);
            if (tensor.type() == TensorType.BYTES) {
                texts(digest, tensor.texts(), 0, tensor.texts().length);
            } else {
                bytes(digest, tensor.data(), copied);
            }
        }
        return end(digest);
    }

    /**
     * The keys of the rows of a request: equal for equal rows of requests that differ in nothing
     * but their rows.
     *
     * @param rows the size of the first dimension of every input
     */
    static InputKey[] ofRows(Map<String, Tensor> inputs, List<String> outputs, int rows) {
        TreeMap<String, Tensor> sorted = new TreeMap<>(inputs);
        InputKey[] keys = new InputKey[rows];
        byte[] copied = new byte[COPIED];
        for (int row = 0; row < rows; row++) {
            MessageDigest digest = sha256();
            begin(digest, outputs, inputs.size());
            for (Map.Entry<String, Tensor> input : sorted.entrySet()) {
                Tensor tensor = input.getValue();
                head(digest, input.getKey(), tensor, 1);
                if (tensor.type() == TensorType.BYTES) {
                    int each = tensor.texts().length / rows;
                    texts(digest, tensor.texts(), row * each, each);
                } else {
                    ByteBuffer data = tensor.data();
                    int each = data.remaining() / rows;
                    bytes(digest, data.slice(row * each, each), copied);
                }
            }
            keys[row] = end(digest);
        }
        return keys;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void begin(MessageDigest digest, List<String> outputs, int inputs) {
        number(digest, outputs.size());
        for (String output : outputs) {
            text(digest, output);
        }
        number(digest, inputs);
    }

    /** Every part is led by its length, so that no two questions give the same bytes. */
    private static void head(MessageDigest digest, String name, Tensor tensor, int from) {
        text(digest, name);
        number(digest, tensor.type().ordinal());
        number(digest, tensor.dimensions());
        for (int i = from; i < tensor.dimensions(); i++) {
            number(digest, tensor.size(i));
        }
    }

    private static void text(MessageDigest digest, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(digest, bytes.length);
        digest.update(bytes);
    }

    private static void texts(MessageDigest digest, String[] texts, int from, int count) {
        for (int i = from; i < from + count; i++) {
            text(digest, Objects.requireNonNull(texts[i]));
        }
    }

    private static void bytes(MessageDigest digest, ByteBuffer data, byte[] copied) {
        if (data.hasArray()) {
            digest.update(data);
            return;
        }
        while (data.hasRemaining()) {
            int count = Math.min(copied.length, data.remaining());
            data.get(copied, 0, count);
            digest.update(copied, 0, count);
        }
    }

    private static void number(MessageDigest digest, long number) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            digest.update((byte) (number >>> shift));
        }
    }

    private static InputKey end(MessageDigest digest) {
        ByteBuffer sum = ByteBuffer.wrap(digest.digest());
        return new InputKey(sum.getLong(), sum.getLong(), sum.getLong(), sum.getLong());
    }
}
