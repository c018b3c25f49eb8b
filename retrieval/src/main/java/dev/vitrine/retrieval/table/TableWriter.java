package dev.vitrine.retrieval.table;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Writes the file of one table model: magic, kind, version, the values as the model lays them out
 * (little-endian), and last a CRC-32C of all before it. The file appears under its name only when
 * it is whole and forced to disk.
 */
public final class TableWriter implements AutoCloseable {
    /** "VITTABLE" in ASCII, read as a little-endian long. */
    static final long MAGIC = 0x454c424154544956L;

    private final Path target;
    private final Path partial;
    private final FileChannel channel;
    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    /** Begins a file of this kind (a short ASCII name such as {@code factors}) and version. */
    public TableWriter(Path target, String kind, int version) {
        this.target = target;
        this.partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            channel =
                    FileChannel.open(
                            partial,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw failed(e);
        }
        putLong(MAGIC);
        putText(kind);
        putInt(version);
    }

    public void putInt(int value) {
        room(4).putInt(value);
    }

    public void putLong(long value) {
        room(8).putLong(value);
    }

    public void putDouble(double value) {
        room(8).putDouble(value);
    }

    public void putText(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        putInt(bytes.length);
        for (byte b : bytes) {
            room(1).put(b);
        }
    }

    /** Their number, then each. */
    public void putTexts(List<String> texts) {
        putInt(texts.size());
        texts.forEach(this::putText);
    }

    /** Length, then the values. */
    public void putFloats(float[] values) {
        putInt(values.length);
        for (float value : values) {
            room(4).putFloat(value);
        }
    }

    /** Length, then the values. */
    public void putInts(int[] values) {
        putInt(values.length);
        for (int value : values) {
            room(4).putInt(value);
        }
    }

    /** Adds the checksum, forces the file and gives it its name. */
    public void finish() {
        drain();
        long sum = checksum.getValue();
        putLong(sum);
        drain();
        try {
            channel.force(true);
            channel.close();
            Files.move(
                    partial,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Removes what was written when {@link #finish()} was not reached. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            drain();
        }
        return buffer;
    }

    private void drain() {
        buffer.flip();
        checksum.update(buffer.duplicate());
        try {
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        } catch (IOException e) {
            throw failed(e);
        }
        buffer.clear();
    }

    private VitrineException failed(IOException cause) {
        return new VitrineException(
                RetrievalError.STORE_FAILED,
                "cannot write the model file " + target + ": " + cause.getMessage(),
                cause);
    }
}
