package dev.vitrine.training.network;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Arrays of floats in a file: their number, then the values, little-endian. */
final class Floats {
    private static final int PIECE = 1 << 16;

    private Floats() {}

    static void write(DataOutput out, float[] values) throws IOException {
        out.writeInt(values.length);
        ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < values.length; at += PIECE) {
            int count = Math.min(PIECE, values.length - at);
            piece.asFloatBuffer().put(values, at, count);
            out.write(piece.array(), 0, count * Float.BYTES);
        }
    }

    /**
     * @throws IOException when there are not as many
     */
    static float[] read(DataInput in, int expected) throws IOException {
        int length = in.readInt();
        if (length != expected) {
            throw new IOException("it holds " + length + " numbers where " + expected + " are due");
        }
        float[] values = new float[length];
        ByteBuffer piece = ByteBuffer.allocate(PIECE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 0; at < length; at += PIECE) {
            int count = Math.min(PIECE, length - at);
            in.readFully(piece.array(), 0, count * Float.BYTES);
            piece.asFloatBuffer().get(values, at, count);
        }
        return values;
    }
}
