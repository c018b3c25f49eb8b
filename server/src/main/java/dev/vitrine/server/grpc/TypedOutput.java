package dev.vitrine.server.grpc;

import dev.vitrine.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes the elements of an output into the typed list that fits them. */
final class TypedOutput {
    private static final int CONTENTS = 5;

    private TypedOutput() {}

    /**
     * Adds {@code contents} to a message about an output.
     *
     * @param tensor of any type but 16-bit floats
     */
    static void write(Tensor tensor, WireWriter output) {
        WireWriter contents = new WireWriter(64);
        int field = TypedContents.list(tensor.type());
        ByteBuffer data = tensor.data();
        switch (tensor.type()) {
            case BYTES -> {
                for (String text : tensor.texts()) {
                    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
                    contents.begin(field, utf8.length);
                    contents.raw(utf8, utf8.length);
                }
            }
            case FP32, FP64 -> {
                if (data.hasRemaining()) {
                    contents.begin(field, data.remaining());
                    contents.raw(data);
                }
            }
            default -> {
                WireWriter numbers = new WireWriter(64);
                while (data.hasRemaining()) {
                    numbers.varint(next(tensor, data));
                }
                if (numbers.size() > 0) {
                    contents.message(field, numbers);
                }
            }
        }
        output.message(CONTENTS, contents);
    }

    private static long next(Tensor tensor, ByteBuffer data) {
        return switch (tensor.type()) {
            case BOOL -> data.get() == 0 ? 0 : 1;
            case INT8 -> data.get();
            case UINT8 -> data.get() & 0xff;
            case INT16 -> data.getShort();
            case UINT16 -> data.getShort() & 0xffff;
            case INT32 -> data.getInt();
            case UINT32 -> data.getInt() & 0xffffffffL;
            case INT64, UINT64 -> data.getLong();
            case FP16, BF16, FP32, FP64, BYTES ->
                    throw new IllegalArgumentException(tensor.type() + " is no whole number");
        };
    }
}
