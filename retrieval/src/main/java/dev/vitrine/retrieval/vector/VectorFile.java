package dev.vitrine.retrieval.vector;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * The file of a table, little-endian: magic, version, similarity, dimensions, chunks (ints), seed
 * (long), centre (floats), then the five arrays of each chunk as they lie in memory, and last the
 * CRC-32C of all before it as a long. Reading is copying: a million rows take a fraction of a
 * second.
 */
final class VectorFile implements AutoCloseable {
    /** "VITVECTR" in ASCII, read as a little-endian long. */
    private static final long MAGIC = 0x5254434556544956L;

    private static final int VERSION = 1;
    private static final int HEADER = 2 * Long.BYTES + 4 * Integer.BYTES;
    private static final int TRAILER = Long.BYTES;

    private final Path path;
    private final FileChannel channel;
    private final CRC32C checksum = new CRC32C();
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(1 << 20).order(ByteOrder.LITTLE_ENDIAN);

    private VectorFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static void write(
            Path target,
            Similarity similarity,
            int dimensions,
            long seed,
            float[] centre,
            Chunk[] chunks) {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            try (VectorFile file =
                    new VectorFile(
                            partial,
                            FileChannel.open(
                                    partial,
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.TRUNCATE_EXISTING,
                                    StandardOpenOption.WRITE))) {
                file.buffer.putLong(MAGIC).putInt(VERSION).putInt(similarity.ordinal());
                file.buffer.putInt(dimensions).putInt(chunks.length).putLong(seed);
                file.drain();
                file.put(centre);
                for (Chunk chunk : chunks) {
                    file.put(chunk.present);
                    file.put(chunk.signs);
                    file.put(chunk.factors);
                    file.put(chunk.values);
                    file.put(chunk.scales);
                }
                file.buffer.putLong(file.checksum.getValue());
                file.drain();
                file.channel.force(true);
            }
            Files.move(
                    partial,
                    target,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new VitrineException(
                    RetrievalError.STORE_FAILED,
                    "cannot write the vectors to " + target + ": " + e,
                    e);
        }
    }

    static VectorTable read(Path path) {
        try (VectorFile file =
                new VectorFile(path, FileChannel.open(path, StandardOpenOption.READ))) {
            return file.read();
        } catch (IOException e) {
            throw new VitrineException(
                    RetrievalError.STORE_FAILED,
                    "cannot read the vectors in " + path + ": " + e,
                    e);
        }
    }

    private VectorTable read() throws IOException {
        long size = channel.size();
        if (size < HEADER + TRAILER) {
            throw damaged("it has only " + size + " bytes");
        }
        fill(HEADER);
        if (buffer.getLong() != MAGIC) {
            throw damaged("it does not begin like a file of vectors");
        }
        int version = buffer.getInt();
        if (version != VERSION) {
            throw new VitrineException(
                    RetrievalError.MODEL_FORMAT,
                    path + " has version " + version + ", expected " + VERSION);
        }
        int similarity = buffer.getInt();
        int dimensions = buffer.getInt();
        int count = buffer.getInt();
        long seed = buffer.getLong();
        requireFit(size, similarity, dimensions, count);
        float[] centre = new float[VectorTable.width(dimensions)];
        get(centre);
        Chunk[] chunks = new Chunk[count];
        for (int i = 0; i < count; i++) {
            Chunk chunk = VectorTable.newChunk(dimensions);
            get(chunk.present);
            get(chunk.signs);
            get(chunk.factors);
            get(chunk.values);
            get(chunk.scales);
            chunks[i] = chunk;
        }
        long expected = checksum.getValue();
        fill(TRAILER);
        if (buffer.getLong() != expected) {
            throw damaged("its checksum does not match");
        }
        return new VectorTable(Similarity.values()[similarity], dimensions, seed, centre, chunks);
    }

    /** Refuses sizes that the file cannot hold before anything is allocated for them. */
    private void requireFit(long size, int similarity, int dimensions, int count) {
        if (similarity < 0
                || similarity >= Similarity.values().length
                || dimensions < 1
                || dimensions > VectorTable.MAX_DIMENSIONS
                || count < 0
                || count > VectorTable.MAX_ITEMS >> VectorTable.chunkBits(dimensions)) {
            throw damaged("its header makes no sense");
        }
        int width = VectorTable.width(dimensions);
        long rows = 1L << VectorTable.chunkBits(dimensions);
        long perRow = width / 8 + 2L * VectorTable.stride(dimensions) + 2 * Float.BYTES;
        long expected = HEADER + 4L * width + count * (rows * perRow + rows / 8) + TRAILER;
        if (size != expected) {
            throw damaged("it has " + size + " bytes, expected " + expected);
        }
    }

    private void put(long[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            int n = Math.min(values.length - at, buffer.capacity() / Long.BYTES);
            buffer.asLongBuffer().put(values, at, n);
            buffer.position(n * Long.BYTES);
            drain();
            at += n;
        }
    }

    private void put(int[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            int n = Math.min(values.length - at, buffer.capacity() / Integer.BYTES);
            buffer.asIntBuffer().put(values, at, n);
            buffer.position(n * Integer.BYTES);
            drain();
            at += n;
        }
    }

    private void put(float[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            int n = Math.min(values.length - at, buffer.capacity() / Float.BYTES);
            buffer.asFloatBuffer().put(values, at, n);
            buffer.position(n * Float.BYTES);
            drain();
            at += n;
        }
    }

    private void put(short[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            int n = Math.min(values.length - at, buffer.capacity() / Short.BYTES);
            buffer.asShortBuffer().put(values, at, n);
            buffer.position(n * Short.BYTES);
            drain();
            at += n;
        }
    }

    private void get(long[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            int n = Math.min(values.length - at, buffer.capacity() / Long.BYTES);
            fill(n * Long.BYTES);
            buffer.asLongBuffer().get(values, at, n);
            at += n;
        }
    }

    private void get(int[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            int n = Math.min(values.length - at, buffer.capacity() / Integer.BYTES);
            fill(n * Integer.BYTES);
            buffer.asIntBuffer().get(values, at, n);
            at += n;
        }
    }

    private void get(float[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            int n = Math.min(values.length - at, buffer.capacity() / Float.BYTES);
            fill(n * Float.BYTES);
            buffer.asFloatBuffer().get(values, at, n);
            at += n;
        }
    }

    private void get(short[] values) throws IOException {
        for (int at = 0; at < values.length; ) {
            int n = Math.min(values.length - at, buffer.capacity() / Short.BYTES);
            fill(n * Short.BYTES);
            buffer.asShortBuffer().get(values, at, n);
            at += n;
        }
    }

    /** Writes and clears what is in the buffer. */
    private void drain() throws IOException {
        buffer.flip();
        checksum.update(buffer.duplicate());
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** Leaves exactly the next {@code bytes} of the file in the buffer. */
    private void fill(int bytes) throws IOException {
        buffer.clear().limit(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException(path + " ended early");
            }
        }
        buffer.flip();
        checksum.update(buffer.duplicate());
    }

    private VitrineException damaged(String what) {
        return new VitrineException(
                RetrievalError.MODEL_DAMAGED, path + " holds no usable vectors: " + what);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
