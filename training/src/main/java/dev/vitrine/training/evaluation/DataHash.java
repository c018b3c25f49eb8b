package dev.vitrine.training.evaluation;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of numbers in their order, by which data is told from other data. Rows count with
 * their lengths, so that the same numbers parted otherwise are other data.
 */
final class DataHash {
    private final MessageDigest digest;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16);

    DataHash() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    DataHash add(int number) {
        room(Integer.BYTES).putInt(number);
        return this;
    }

    DataHash add(double number) {
        room(Double.BYTES).putDouble(number);
        return this;
    }

    DataHash add(int[] row) {
        add(row.length);
        for (int number : row) {
            add(number);
        }
        return this;
    }

    DataHash add(int[][] rows) {
        add(rows.length);
        for (int[] row : rows) {
            add(row);
        }
        return this;
    }

    DataHash add(float[][] rows) {
        add(rows.length);
        for (float[] row : rows) {
            add(row.length);
            for (float number : row) {
                add(Float.floatToIntBits(number));
            }
        }
        return this;
    }

    /** Of all that was added; nothing may be added after it. */
    String hex() {
        digest.update(buffer.flip());
        return HexFormat.of().formatHex(digest.digest());
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            digest.update(buffer.flip());
            buffer.clear();
        }
        return buffer;
    }
}
