package dev.vitrine.data.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes the fields of a row one after the other into a growing array: whole numbers in seven-bit
 * groups, doubles as eight bytes (little endian), texts as UTF-8 after their length. Not
 * thread-safe; {@link #clear} makes it ready for the next row without giving up its room.
 */
public final class RowWriter {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int size;

    public RowWriter(int capacity) {
        this.bytes = new byte[Math.max(16, capacity)];
    }

    public void clear() {
        size = 0;
    }

    public int size() {
        return size;
    }

    /** The bytes written so far, at the start of an array that may be longer. */
    public byte[] array() {
        return bytes;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    public RowWriter putByte(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** A number that is rarely negative: one byte below 128, ten when negative. */
    public RowWriter putUnsigned(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** A number of either sign: one byte for -64 to 63. */
    public RowWriter putSigned(long value) {
        return putUnsigned((value << 1) ^ (value >> 63));
    }

    public RowWriter putDouble(double value) {
        room(8);
        LONGS.set(bytes, size, Double.doubleToRawLongBits(value));
        size += 8;
        return this;
    }

    public RowWriter putText(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        return putBlock(encoded, 0, encoded.length);
    }

    /** Bytes after their length. */
    public RowWriter putBlock(byte[] from, int start, int length) {
        putUnsigned(length);
        room(length);
        System.arraycopy(from, start, bytes, size, length);
        size += length;
        return this;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), bytes.length * 2));
        }
    }
}
