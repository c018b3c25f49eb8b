package dev.vitrine.data.store;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link RowWriter} wrote. A row that ends too early, or a length that cannot be, is
 * STORE_FAILED with the byte where it was found. Not thread-safe.
 */
public final class RowReader {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int at;
    private int end;

    public RowReader(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    public RowReader(byte[] bytes, int start, int length) {
        this.bytes = bytes;
        reset(bytes, start, length);
    }

    /** Starts again on another row. */
    public void reset(byte[] array, int start, int length) {
        this.bytes = array;
        this.at = start;
        this.end = start + length;
    }

    public boolean atEnd() {
        return at == end;
    }

    public int position() {
        return at;
    }

    public int getByte() {
        need(1);
        return bytes[at++];
    }

    public long getUnsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            need(1);
            byte b = bytes[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        throw malformed("a number has more than ten bytes");
    }

    public long getSigned() {
        long value = getUnsigned();
        return (value >>> 1) ^ -(value & 1);
    }

    public double getDouble() {
        need(8);
        double value = Double.longBitsToDouble((long) LONGS.get(bytes, at));
        at += 8;
        return value;
    }

    public String getText() {
        int length = getLength();
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }

    public byte[] getBlock() {
        int length = getLength();
        byte[] block = new byte[length];
        System.arraycopy(bytes, at, block, 0, length);
        at += length;
        return block;
    }

    /** A length or count, which cannot exceed the bytes that are left. */
    public int getLength() {
        long length = getUnsigned();
        if (length < 0 || length > end - at) {
            throw malformed("a length of " + length + " exceeds the " + (end - at) + " bytes left");
        }
        return (int) length;
    }

    /** Passes over a block without copying it; returns its length. Its bytes end at position(). */
    public int skipBlock() {
        int length = getLength();
        at += length;
        return length;
    }

    private void need(int count) {
        if (end - at < count) {
            throw malformed("the row ends here, expected " + count + " more");
        }
    }

    private VitrineException malformed(String what) {
        return new VitrineException(
                DataError.STORE_FAILED, "a stored row is malformed at byte " + at + ": " + what);
    }
}
