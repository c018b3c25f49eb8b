package dev.vitrine.retrieval.table;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Reads what {@link TableWriter} wrote. The checksum of the whole file is verified before the first
 * value is handed out, and no length is believed that the file could not hold.
 */
public final class TableReader implements AutoCloseable {
    private static final int CHECKSUM_BYTES = 8;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
    private final int version;
    private long unread;

    /**
     * Opens and verifies a file.
     *
     * @throws VitrineException MODEL_DAMAGED when the bytes are not those that were written,
     *     MODEL_FORMAT when it holds another kind or version
     */
    public TableReader(Path path, String kind, int version) {
        this(path, kind, version, version);
    }

    /** As above, for a file of any version from the oldest to the newest that can be read. */
    public TableReader(Path path, String kind, int oldest, int newest) {
        this.path = path;
        try {
            channel = FileChannel.open(path, StandardOpenOption.READ);
            try {
                verify();
                String foundKind = readMagicAndKind();
                version = getInt();
                if (!foundKind.equals(kind) || version < oldest || version > newest) {
                    throw new VitrineException(
                            RetrievalError.MODEL_FORMAT,
                            String.format(
                                    "%s holds '%s' version %d; expected '%s' version %d",
                                    path, foundKind, version, kind, newest));
                }
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    /** Of the file. */
    public int version() {
        return version;
    }

    public int getInt() {
        return need(4).getInt();
    }

    public long getLong() {
        return need(8).getLong();
    }

    public double getDouble() {
        return need(8).getDouble();
    }

    public String getText() {
        byte[] bytes = new byte[length(1)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = need(1).get();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A number of texts, then each. */
    public List<String> getTexts() {
        int count = getInt();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(getText());
        }
        return texts;
    }

    public float[] getFloats() {
        float[] values = new float[length(4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = need(4).getFloat();
        }
        return values;
    }

    public int[] getInts() {
        int[] values = new int[length(4)];
        for (int i = 0; i < values.length; i++) {
            values[i] = need(4).getInt();
        }
        return values;
    }

    /** An error about values that were read whole but do not make a model. */
    public VitrineException damaged(String what) {
        return new VitrineException(
                RetrievalError.MODEL_DAMAGED, "the model file " + path + " is damaged: " + what);
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private void verify() throws IOException {
        long size = channel.size();
        if (size < CHECKSUM_BYTES) {
            throw damaged("it has only " + size + " bytes");
        }
        unread = size - CHECKSUM_BYTES;
        buffer.limit(0);
        CRC32C checksum = new CRC32C();
        while (unread > 0 || buffer.hasRemaining()) {
            if (!buffer.hasRemaining()) {
                fill();
            }
            checksum.update(buffer);
        }
        ByteBuffer trailer = ByteBuffer.allocate(CHECKSUM_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (trailer.hasRemaining()) {
            if (channel.read(trailer) < 0) {
                throw new EOFException(path + " ended early");
            }
        }
        if (trailer.flip().getLong() != checksum.getValue()) {
            throw damaged("its checksum does not match");
        }
        channel.position(0);
        unread = size - CHECKSUM_BYTES;
        buffer.clear().limit(0);
    }

    private String readMagicAndKind() {
        if (getLong() != TableWriter.MAGIC) {
            throw damaged("it does not begin like a model file");
        }
        return getText();
    }

    private int length(int bytesEach) {
        int length = getInt();
        if (length < 0 || (long) length * bytesEach > unread + buffer.remaining()) {
            throw damaged("a length of " + length + " does not fit into it");
        }
        return length;
    }

    private ByteBuffer need(int bytes) {
        if (buffer.remaining() < bytes) {
            if (unread + buffer.remaining() < bytes) {
                throw damaged("it ends early");
            }
            try {
                fill();
            } catch (IOException e) {
                throw unreadable(e);
            }
        }
        return buffer;
    }

    /** Moves what is left to the front and reads on, at most to the checksum. */
    private void fill() throws IOException {
        buffer.compact();
        int most = (int) Math.min(buffer.remaining(), unread);
        int wanted = buffer.position() + most;
        buffer.limit(wanted);
        while (buffer.hasRemaining()) {
            int read = channel.read(buffer);
            if (read < 0) {
                throw new EOFException(path + " ended early");
            }
            unread -= read;
        }
        buffer.flip();
    }

    private VitrineException unreadable(IOException cause) {
        return new VitrineException(
                RetrievalError.STORE_FAILED,
                "cannot read the model file " + path + ": " + cause.getMessage(),
                cause);
    }
}
