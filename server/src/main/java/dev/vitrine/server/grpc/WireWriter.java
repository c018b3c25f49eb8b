package dev.vitrine.server.grpc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes protobuf's fields into an array that grows. */
final class WireWriter {
    private byte[] bytes;
    private int size;

    WireWriter(int capacity) {
        this.bytes = new byte[capacity];
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    void varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** Begins a field of so many bytes, which are to follow. */
    void begin(int field, int length) {
        varint(field << 3 | WireReader.BYTES);
        varint(length);
    }

    /** A text; left out when it is empty, as its absence means that. */
    void text(int field, String text) {
        if (!text.isEmpty()) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            begin(field, utf8.length);
            raw(utf8, utf8.length);
        }
    }

    /** A message that another writer holds. */
    void message(int field, WireWriter message) {
        begin(field, message.size);
        raw(message.bytes, message.size);
    }

    void flag(int field) {
        varint(field << 3 | WireReader.VARINT);
        varint(1);
    }

    void raw(byte[] from, int length) {
        room(length);
        System.arraycopy(from, 0, bytes, size, length);
        size += length;
    }

    void raw(ByteBuffer from) {
        int length = from.remaining();
        room(length);
        from.get(bytes, size, length);
        size += length;
    }

    static int varintSize(long value) {
        return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
    }
}
