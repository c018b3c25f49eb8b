package dev.vitrine.server.protocol;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * A tensor whose shape is that of the nested arrays it is written as: they have to be rectangular.
 * Text may be given in base 64, as {@code {"b64": "…"}}, and of a lone input with its name.
 */
final class NestedElements {
    static final String BASE64 = "b64";

    private static final int MOST_BYTES = 64 << 20;
    private static final int MOST_TEXTS = 1 << 20;
    private static final int FIRST = 1 << 10;

    private final String name;
    private final TensorType type;
    private final long[] sizes = new long[Tensor.MAX_DIMENSIONS];
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private final List<String> texts = new ArrayList<>();
    private ByteBuffer numbers = ByteBuffer.allocate(FIRST).order(ByteOrder.LITTLE_ENDIAN);
    private int rank = -1;
    private int deepest;
    private long count;

    NestedElements(String name, TensorType type) {
        this.name = name;
        this.type = type;
        Arrays.fill(sizes, -1);
        if (type == TensorType.FP16 || type == TensorType.BF16) {
            throw invalid(type + " is not taken here, JSON has no such numbers");
        }
    }

    /** Reads the whole tensor; the parser stands on its first token. */
    Tensor whole(JsonParser in) {
        value(in, 0);
        return tensor();
    }

    /** Reads one row; the parser stands on its first token. */
    void row(JsonParser in) {
        value(in, 1);
    }

    /** The tensor of so many rows. */
    Tensor rows(long rows) {
        sizes[0] = rows;
        deepest = Math.max(deepest, 1);
        return tensor();
    }

    private void value(JsonParser in, int depth) {
        if (in.currentToken() != JsonToken.START_ARRAY) {
            element(in, depth);
            return;
        }
        if (depth == Tensor.MAX_DIMENSIONS || rank >= 0 && depth >= rank) {
            throw ragged();
        }
        deepest = Math.max(deepest, depth + 1);
        long size = 0;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            value(in, depth + 1);
            size++;
        }
        if (sizes[depth] >= 0 && sizes[depth] != size) {
            throw ragged();
        }
        sizes[depth] = size;
    }

    private void element(JsonParser in, int depth) {
        if (rank < 0 && depth >= deepest) {
            rank = depth;
        } else if (rank != depth) {
            throw ragged();
        }
        if (type == TensorType.BYTES) {
            if (texts.size() == MOST_TEXTS) {
                throw invalid("more than " + MOST_TEXTS + " texts are not taken");
            }
            texts.add(text(in));
        } else {
            if (numbers.remaining() < type.bytes()) {
                widen();
            }
            JsonElements.put(name, type, numbers, number(in), count, in);
        }
        count++;
    }

    private JsonToken number(JsonParser in) {
        JsonToken token = in.currentToken();
        return switch (token) {
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT, VALUE_TRUE, VALUE_FALSE -> token;
            case null, default -> throw JsonElements.notOne(name, type.name(), count, in);
        };
    }

    private String text(JsonParser in) {
        if (in.currentToken() == JsonToken.VALUE_STRING) {
            return in.getString();
        }
        String key = in.currentToken() == JsonToken.START_OBJECT ? in.nextName() : null;
        boolean coded = BASE64.equals(key);
        if (!coded && !name.equals(key) || in.nextToken() != JsonToken.VALUE_STRING) {
            throw JsonElements.notOne(name, "text", count, in);
        }
        String text = coded ? decoded(in.getString()) : in.getString();
        if (in.nextToken() != JsonToken.END_OBJECT) {
            throw JsonElements.notOne(name, "text", count, in);
        }
        return text;
    }

    /** Text of base 64; the bytes have to be UTF-8. */
    private String decoded(String base64) {
        try {
            return utf8.decode(ByteBuffer.wrap(Base64.getDecoder().decode(base64))).toString();
        } catch (IllegalArgumentException | CharacterCodingException e) {
            throw invalid("element " + count + " is no text in UTF-8, in base 64");
        }
    }

    /** After {@code {"b64":} of a lone text. */
    Tensor base64(JsonParser in) {
        if (type != TensorType.BYTES || in.nextToken() != JsonToken.VALUE_STRING) {
            throw JsonElements.notOne(name, type.name(), count, in);
        }
        texts.add(decoded(in.getString()));
        in.nextToken();
        rank = 0;
        return tensor();
    }

    private void widen() {
        int larger = Math.min(MOST_BYTES, 2 * numbers.capacity());
        if (larger == numbers.capacity()) {
            throw invalid("more than " + MOST_BYTES + " bytes of numbers are not taken");
        }
        numbers = ByteBuffer.allocate(larger).order(ByteOrder.LITTLE_ENDIAN).put(numbers.flip());
    }

    private Tensor tensor() {
        long[] shape = Arrays.copyOf(sizes, rank < 0 ? deepest : rank);
        for (int d = 0; d < shape.length; d++) {
            shape[d] = Math.max(0, shape[d]);
        }
        return type == TensorType.BYTES
                ? Tensor.of(shape, texts.toArray(String[]::new))
                : Tensor.of(
                        type, shape, Tensor.direct(numbers.flip().remaining()).put(numbers).flip());
    }

    private VitrineException ragged() {
        return invalid(
                "the arrays are not rectangular, or deeper than "
                        + Tensor.MAX_DIMENSIONS
                        + "; see element "
                        + count);
    }

    private VitrineException invalid(String message) {
        return VitrineException.field(
                InferenceError.TENSOR_INVALID, name, "input '" + name + "': " + message);
    }
}
