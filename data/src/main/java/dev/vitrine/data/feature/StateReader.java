package dev.vitrine.data.feature;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Reads what {@link StateWriter} wrote. The checksum of the whole file is verified before the first
 * value is given out.
 */
final class StateReader {
    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    private final long end;
    private long position;

    /**
     * @throws VitrineException when the file is cut off or its checksum does not fit
     */
    StateReader(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
        try {
            end = channel.size() - Long.BYTES;
            if (end < 0) {
                throw corrupt("it has only " + channel.size() + " bytes");
            }
            verify();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        buffer.clear().limit(0);
    }

    private void verify() throws IOException {
        CRC32C checksum = new CRC32C();
        long at = 0;
        while (at < end) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - at));
            fill(at);
            at += buffer.limit();
            checksum.update(buffer);
        }
        buffer.clear().limit(Long.BYTES);
        fill(end);
        long stored = buffer.getLong();
        if (stored != checksum.getValue()) {
            throw corrupt(
                    "its checksum is "
                            + Long.toHexString(checksum.getValue())
                            + ", expected "
                            + Long.toHexString(stored));
        }
    }

    private void fill(long at) throws IOException {
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer, at + buffer.position());
            if (read < 0) {
                throw corrupt("it ends at " + (at + buffer.position()));
            }
        }
        buffer.flip();
    }

    int getByte() {
        return need(1).get();
    }

    int getInt() {
        return need(Integer.BYTES).getInt();
    }

    long getLong() {
        return need(Long.BYTES).getLong();
    }

    double getDouble() {
        return need(Double.BYTES).getDouble();
    }

    String getText() {
        int length = Short.toUnsignedInt(need(2).getShort());
        byte[] bytes = new byte[length];
        need(length).get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A number of things of which each takes at least {@code bytes} of the rest of the file. */
    int getCount(int bytes) {
        return getCount(Integer.MAX_VALUE, bytes);
    }

    int getCount(int most, int bytes) {
        int count = getInt();
        long left = end - position;
        if (count < 0 || count > most || (long) count * bytes > left) {
            throw corrupt(
                    "a count of " + count + " at " + (position - Integer.BYTES) + " cannot be");
        }
        return count;
    }

    /** Fails when something is left over. */
    void finish() {
        if (position != end) {
            throw corrupt((end - position) + " bytes are left over at " + position);
        }
    }

    VitrineException corrupt(String why) {
        return new VitrineException(
                DataError.SNAPSHOT_CORRUPT,
                "the snapshot " + file + " is damaged: " + why + "; it has to be made again");
    }

    private ByteBuffer need(int bytes) {
        if (buffer.remaining() < bytes) {
            if (end - position < bytes) {
                throw corrupt("it ends within a value at " + position);
            }
            try {
                buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
                fill(position);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        position += bytes;
        return buffer;
    }
}
