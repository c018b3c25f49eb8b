package dev.vitrine.data.intake;

import com.github.luben.zstd.ZstdInputStream;
import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, unpacked when it is gzip or zstd, which its first bytes tell. Every failure
 * to read becomes one error that names file and position; memory stays bounded whatever the file
 * claims.
 */
final class InputFile extends InputStream {
    private static final int BUFFER = 1 << 16;

    private final String name;
    private final InputLimits limits;
    private final Counted packed;
    private final InputStream content;
    private final boolean compressed;
    private long unpacked;

    private InputFile(
            String name,
            InputLimits limits,
            Counted packed,
            InputStream content,
            boolean compressed) {
        this.name = name;
        this.limits = limits;
        this.packed = packed;
        this.content = content;
        this.compressed = compressed;
    }

    /**
     * @param name what messages call the file
     * @throws VitrineException FILE_NOT_FOUND or FILE_MALFORMED
     */
    static InputFile open(Path file, String name, InputLimits limits) {
        InputStream raw;
        try {
            raw = Files.newInputStream(file);
        } catch (NoSuchFileException e) {
            throw new VitrineException(DataError.FILE_NOT_FOUND, "there is no file " + name, e);
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND, "cannot open " + name + ": " + e, e);
        }
        return of(raw, name, limits);
    }

    static InputFile of(InputStream raw, String name, InputLimits limits) {
        Counted packed = new Counted(raw);
        BufferedInputStream buffered = new BufferedInputStream(packed, BUFFER);
        try {
            buffered.mark(4);
            byte[] magic = buffered.readNBytes(4);
            buffered.reset();
            if (starts(magic, 0x1F, 0x8B)) {
                InputStream content = new GZIPInputStream(buffered, BUFFER);
                return new InputFile(name, limits, packed, content, true);
            }
            if (starts(magic, 0x28, 0xB5, 0x2F, 0xFD)) {
                InputStream content = new ZstdInputStream(buffered);
                return new InputFile(name, limits, packed, content, true);
            }
            return new InputFile(name, limits, packed, buffered, false);
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED, name + " cannot be unpacked: " + e.getMessage(), e);
        }
    }

    private static boolean starts(byte[] found, int... magic) {
        for (int i = 0; i < magic.length; i++) {
            if (i >= found.length || (found[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    String name() {
        return name;
    }

    InputLimits limits() {
        return limits;
    }

    /** Whether it is gzip or zstd. */
    boolean compressed() {
        return compressed;
    }

    @Override
    public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int from, int length) {
        int count;
        try {
            count = content.read(into, from, length);
        } catch (EOFException e) {
            throw broken("ends in the middle: it is cut off", e);
        } catch (IOException e) {
            throw broken("is damaged: " + e.getMessage(), e);
        }
        if (count > 0) {
            unpacked += count;
            if (compressed) {
                checkSize();
            }
        }
        return count;
    }

    private void checkSize() {
        if (unpacked > limits.unpacked().bytes()) {
            throw broken("unpacks to more than " + limits.unpacked(), null);
        }
        if (unpacked > limits.ratioFrom().bytes() && unpacked / limits.ratio() > packed.count) {
            throw broken(
                    "unpacks to more than "
                            + limits.ratio()
                            + " times its size, as no honest data does",
                    null);
        }
    }

    private VitrineException broken(String problem, @Nullable IOException cause) {
        String where =
                compressed
                        ? " (near byte " + packed.count + " of it, " + unpacked + " unpacked)"
                        : " (at byte " + unpacked + ")";
        return new VitrineException(DataError.FILE_MALFORMED, name + " " + problem + where, cause);
    }

    @Override
    public void close() {
        try {
            content.close();
        } catch (IOException e) {
            // Nothing is lost by a file that was read and does not close.
            System.getLogger(InputFile.class.getName())
                    .log(System.Logger.Level.WARNING, "{0} does not close: {1}", name, e);
        }
    }

    /** Counts what is read from the file itself. */
    private static final class Counted extends FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            count += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = super.read(into, from, length);
            count += Math.max(0, read);
            return read;
        }
    }
}
