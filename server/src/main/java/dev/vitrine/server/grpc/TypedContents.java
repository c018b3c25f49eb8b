package dev.vitrine.server.grpc;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Elements of an input in the typed lists of {@code InferTensorContents}, as they come; their type
 * may be known only afterwards.
 */
final class TypedContents {
    private static final String[] LISTS = {
        "",
        "bool_contents",
        "int_contents",
        "int64_contents",
        "uint_contents",
        "uint64_contents",
        "fp32_contents",
        "fp64_contents",
        "bytes_contents"
    };
    private static final int[] WIDTHS = {0, 1, 4, 8, 4, 8, 4, 8, 0};
    private static final int BOOLS = 1;
    private static final int FLOATS = 6;
    private static final int DOUBLES = 7;
    private static final int TEXTS = 8;

    private final RequestRoom room;
    private final List<String> texts = new ArrayList<>();
    private ByteBuffer numbers = ByteBuffer.allocate(0);
    private int list;

    /**
     * @param room what all inputs of the request may take together
     */
    TypedContents(RequestRoom room) {
        this.room = room;
    }

    /** Reads a message; several of one tensor add up. */
    void read(WireReader in) {
        int after = in.enter();
        for (int tag = in.tag(); tag != 0; tag = in.tag()) {
            int field = tag >>> 3;
            if (field > TEXTS) {
                in.skip(tag, "contents");
                continue;
            }
            if (list != 0 && list != field) {
                throw WireReader.invalid(
                        "contents has both " + LISTS[list] + " and " + LISTS[field]);
            }
            list = field;
            if (field == TEXTS) {
                text(in, tag);
            } else {
                numbers(in, tag, field);
            }
        }
        in.leave(after);
    }

    private void text(WireReader in, int tag) {
        require(tag, WireReader.BYTES);
        room.texts(1);
        texts.add(in.text());
    }

    private void numbers(WireReader in, int tag, int field) {
        if ((tag & 7) != WireReader.BYTES) {
            widen(WIDTHS[field]);
            one(in, tag, field);
            return;
        }
        int after = in.enter();
        if (field == FLOATS || field == DOUBLES) {
            if (in.left() % WIDTHS[field] != 0) {
                throw WireReader.invalid(LISTS[field] + " ends within an element");
            }
            widen(in.left());
            ByteBuffer part = numbers.slice(numbers.position(), in.left());
            numbers.position(numbers.position() + in.left());
            in.into(part);
        } else {
            while (in.left() > 0) {
                widen(WIDTHS[field]);
                put(field, in.varint());
            }
        }
        in.leave(after);
    }

    private void one(WireReader in, int tag, int field) {
        switch (field) {
            case FLOATS -> {
                require(tag, WireReader.FIXED32);
                numbers.putInt(in.fixed32());
            }
            case DOUBLES -> {
                require(tag, WireReader.FIXED64);
                numbers.putLong(in.fixed64());
            }
            default -> {
                require(tag, WireReader.VARINT);
                put(field, in.varint());
            }
        }
    }

    private void put(int field, long value) {
        switch (WIDTHS[field]) {
            case 1 -> numbers.put((byte) (value == 0 ? 0 : 1));
            case Integer.BYTES -> numbers.putInt((int) value);
            default -> numbers.putLong(value);
        }
    }

    private static void require(int tag, int written) {
        if ((tag & 7) != written) {
            throw WireReader.invalid(LISTS[tag >>> 3] + " is not written as such a list is");
        }
    }

    private void widen(int bytes) {
        if (numbers.remaining() >= bytes) {
            return;
        }
        int more = Math.max(bytes, numbers.capacity());
        room.bytes(more);
        ByteBuffer wider =
                ByteBuffer.allocate(numbers.capacity() + more).order(ByteOrder.LITTLE_ENDIAN);
        wider.put(numbers.flip());
        numbers = wider;
    }

    /** The tensor that these are the elements of. */
    Tensor tensor(String input, TensorType type, long[] shape) {
        int expected = list(type);
        if (expected == 0) {
            throw WireReader.invalid(
                    "input '" + input + "' is " + type + ", which only raw_input_contents takes");
        }
        if (list != 0 && list != expected) {
            throw WireReader.invalid(
                    "input '"
                            + input
                            + "' is "
                            + type
                            + ", its elements belong into "
                            + LISTS[expected]
                            + "; found "
                            + LISTS[list]);
        }
        long elements = Tensor.elements(shape);
        int found = list == TEXTS ? texts.size() : numbers.position() / Math.max(1, WIDTHS[list]);
        if (elements != found) {
            throw WireReader.invalid(
                    "input '"
                            + input
                            + "' of shape "
                            + java.util.Arrays.toString(shape)
                            + " needs "
                            + elements
                            + " elements, contents has "
                            + found);
        }
        if (type == TensorType.BYTES) {
            return Tensor.of(shape, texts.toArray(String[]::new));
        }
        return Tensor.of(type, shape, elements(input, type));
    }

    /** Elements in the width of their type. */
    private ByteBuffer elements(String input, TensorType type) {
        ByteBuffer in = numbers.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();
        int width = type.bytes();
        if (in.remaining() == 0 || width == WIDTHS[list]) {
            return Tensor.direct(in.remaining()).put(in).flip();
        }
        ByteBuffer out = Tensor.direct((long) in.remaining() / WIDTHS[list] * width);
        while (in.hasRemaining()) {
            int value = in.getInt();
            if (width == 1) {
                out.put((byte) value);
            } else {
                out.putShort((short) value);
            }
            if (value != narrowed(type, value)) {
                throw WireReader.invalid(
                        "input '" + input + "' is " + type + "; " + value + " is none");
            }
        }
        return out.flip();
    }

    private static int narrowed(TensorType type, int value) {
        return switch (type) {
            case INT8 -> (byte) value;
            case UINT8 -> value & 0xff;
            case INT16 -> (short) value;
            case UINT16 -> value & 0xffff;
            default -> value;
        };
    }

    /** The number of the list for a type; 0 where there is none. */
    static int list(TensorType type) {
        return switch (type) {
            case BOOL -> BOOLS;
            case INT8, INT16, INT32 -> 2;
            case INT64 -> 3;
            case UINT8, UINT16, UINT32 -> 4;
            case UINT64 -> 5;
            case FP32 -> FLOATS;
            case FP64 -> DOUBLES;
            case BYTES -> TEXTS;
            case FP16, BF16 -> 0;
        };
    }
}
