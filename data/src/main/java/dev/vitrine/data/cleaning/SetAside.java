package dev.vitrine.data.cleaning;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.vitrine.data.DataError;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of records that were set aside, one JSON object per line, zstd-compressed: read it with
 * {@code zstdcat}. The file is made with the first record. Beyond its limit records are counted
 * only. Thread-safe.
 */
public final class SetAside implements AutoCloseable, FindingSink {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FLUSH_EVERY = 1_000;

    private final Path directory;
    private final String name;
    private final long limit;
    private Path file;
    private OutputStream out = OutputStream.nullOutputStream();
    private long written;
    private long bytes;
    private long notKept;

    private SetAside(Path directory, String name, long limit) {
        this.directory = directory;
        this.name = name;
        this.limit = limit;
        this.file = directory.resolve(name + ".jsonl.zst");
    }

    /**
     * Collects into {@code directory/name.jsonl.zst}, or {@code name-2} and so on when that is
     * there already.
     *
     * @param limit most bytes before compression
     */
    public static SetAside in(Path directory, String name, DataSize limit) {
        return new SetAside(directory, name, limit.bytes());
    }

    /** Adds one record; it is readable after {@link #close}, or a thousand records later. */
    public synchronized void add(SetAsideEntry entry) {
        if (bytes >= limit) {
            notKept++;
            return;
        }
        try {
            if (written == 0) {
                out = create();
            }
            byte[] line = JSON.writeValueAsBytes(entry);
            out.write(line);
            out.write('\n');
            bytes += line.length;
            if (++written % FLUSH_EVERY == 0) {
                out.flush();
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    public void add(Finding finding, String origin, long line, String record) {
        add(
                new SetAsideEntry(
                        finding.rule().wire(),
                        finding.field(),
                        finding.reason(),
                        origin,
                        line,
                        record));
    }

    @Override
    public void setAside(Finding finding, LoggedEvent event) {
        add(finding, "log", event.offset(), LoggedEventJson.text(event));
    }

    private OutputStream create() throws IOException {
        Files.createDirectories(directory);
        for (int i = 2; ; i++) {
            try {
                return new ZstdOutputStream(
                        Files.newOutputStream(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            } catch (FileAlreadyExistsException e) {
                file = directory.resolve(name + "-" + i + ".jsonl.zst");
            }
        }
    }

    /** Records in the file. */
    public synchronized long written() {
        return written;
    }

    /** Records that came after the limit and are counted only. */
    public synchronized long notKept() {
        return notKept;
    }

    /** The file; it is not there when nothing was set aside. */
    public synchronized Path file() {
        return file;
    }

    @Override
    public synchronized void close() {
        try {
            out.close();
            out = OutputStream.nullOutputStream();
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /**
     * Reads a file of set aside records. One that was cut off by a crash gives all whole lines.
     *
     * @throws VitrineException FILE_NOT_FOUND or FILE_MALFORMED
     */
    public static void read(Path file, Consumer<SetAsideEntry> each) {
        long line = 0;
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                new ZstdInputStream(
                                                new BufferedInputStream(Files.newInputStream(file)))
                                        .setContinuous(true),
                                StandardCharsets.UTF_8))) {
            String text;
            while ((text = lines.readLine()) != null) {
                line++;
                each.accept(JSON.readValue(text, SetAsideEntry.class));
            }
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND, "cannot read " + file + ": " + e, e);
        } catch (JacksonException e) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED,
                    file + " line " + line + " is no set aside record: " + e.getOriginalMessage(),
                    e);
        }
    }

    /** How a replay went: {@code accepted + remaining} is what the file held. */
    public record Replay(long accepted, long remaining) {}

    /**
     * Offers every record again. Those that are accepted leave the file; when none remains it is
     * deleted. A crash in between may offer a record twice, never lose one.
     *
     * @param accept true when the record is now taken care of
     */
    public static Replay replay(Path file, Predicate<SetAsideEntry> accept) {
        Path rest = file.resolveSibling(file.getFileName() + ".rest");
        long[] counts = new long[2];
        try {
            try (OutputStream out = new ZstdOutputStream(Files.newOutputStream(rest))) {
                read(
                        file,
                        entry -> {
                            if (accept.test(entry)) {
                                counts[0]++;
                            } else {
                                counts[1]++;
                                write(out, entry, rest);
                            }
                        });
            }
            if (counts[1] == 0) {
                Files.delete(file);
                Files.delete(rest);
            } else {
                Files.move(
                        rest,
                        file,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw failed(rest, e);
        }
        return new Replay(counts[0], counts[1]);
    }

    private static void write(OutputStream out, SetAsideEntry entry, Path file) {
        try {
            out.write(JSON.writeValueAsBytes(entry));
            out.write('\n');
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static VitrineException failed(Path file, IOException e) {
        return new VitrineException(DataError.STORE_FAILED, "cannot write " + file + ": " + e, e);
    }
}
