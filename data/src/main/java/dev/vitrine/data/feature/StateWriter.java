package dev.vitrine.data.feature;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Writes numbers and texts to a file, big-endian, with a CRC-32C of everything at the end. */
final class StateWriter {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final CRC32C checksum = new CRC32C();

    StateWriter(FileChannel channel) {
        this.channel = channel;
    }

    void putByte(int value) {
        room(1).put((byte) value);
    }

    void putInt(int value) {
        room(Integer.BYTES).putInt(value);
    }

    void putLong(long value) {
        room(Long.BYTES).putLong(value);
    }

    void putDouble(double value) {
        room(Double.BYTES).putDouble(value);
    }

    /** A text of at most 65,535 bytes in UTF-8. */
    void putText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        room(2 + bytes.length).putShort((short) bytes.length).put(bytes);
    }

    /** Writes the checksum and everything that is still in memory. */
    void finish() {
        flush();
        long sum = checksum.getValue();
        putLong(sum);
        flush();
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() {
        buffer.flip();
        checksum.update(buffer.duplicate());
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.clear();
    }
}
