package dev.vitrine.data.cleaning;

import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import dev.vitrine.data.DataError;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A file of records that were set aside, one JSON object per line, zstd-compressed: read it with
 * {@code zstdcat}. The file is made with the first record. Beyond its limit records are counted
 * only. Thread-safe.
 */
public final class SetAside implements AutoCloseable, FindingSink {
    private static final System.Logger LOG = System.getLogger(SetAside.class.getName());
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int FLUSH_EVERY = 1_000;
    private static final String ENDING = ".jsonl.zst";

    private final String name;
    private final long limit;
    private final boolean goesOn;
    private final Map<String, Long> rules = new TreeMap<>();
    private Path file;
    private @Nullable FileChannel channel;
    private OutputStream out = OutputStream.nullOutputStream();
    private long length;
    private long written;
    private long forced;
    private long bytes;
    private long notKept;

    private SetAside(Path file, String name, long limit, boolean goesOn) {
        this.file = file;
        this.name = name;
        this.limit = limit;
        this.goesOn = goesOn;
    }

    /**
     * Collects into {@code directory/name.jsonl.zst}, or {@code name-2} and so on when that is
     * there already.
     *
     * @param limit most bytes before compression
     */
    public static SetAside in(Path directory, String name, DataSize limit) {
        return new SetAside(directory.resolve(name + ENDING), name, limit.bytes(), false);
    }

    /**
     * Goes on with {@code directory/name.jsonl.zst} after its first bytes; what is behind them is
     * cut off.
     *
     * @param keep as {@link #force} gave it
     */
    public static SetAside after(long keep, Path directory, String name, DataSize limit) {
        Path file = directory.resolve(name + ENDING);
        try {
            if (keep == 0) {
                Files.deleteIfExists(file);
            } else if (Files.exists(file)) {
                try (FileChannel cut = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    cut.truncate(keep);
                    cut.force(true);
                }
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
        SetAside aside = new SetAside(file, name, limit.bytes(), true);
        aside.length = keep;
        return aside;
    }

    /** Bytes of {@code directory/name.jsonl.zst}; 0 when there is none. */
    public static long length(Path directory, String name) {
        Path file = directory.resolve(name + ENDING);
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    /** Collects what shall stand in place of a file; {@link #replace} puts it there. */
    public static SetAside inPlaceOf(Path file) {
        Path rest = file.resolveSibling(file.getFileName() + ".rest");
        try {
            Files.deleteIfExists(rest);
        } catch (IOException e) {
            throw failed(rest, e);
        }
        return new SetAside(rest, rest.getFileName().toString(), Long.MAX_VALUE, true);
    }

    /** Adds one record; it is readable after {@link #force}, or a thousand records later. */
    public synchronized void add(SetAsideEntry entry) {
        rules.merge(entry.rule(), 1L, Long::sum);
        if (bytes >= limit) {
            notKept++;
            return;
        }
        try {
            if (channel == null) {
                create();
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

    private void create() throws IOException {
        Path first = file;
        Files.createDirectories(first.toAbsolutePath().getParent());
        for (int i = 2; channel == null; i++) {
            try {
                channel =
                        goesOn
                                ? FileChannel.open(
                                        file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)
                                : FileChannel.open(
                                        file,
                                        StandardOpenOption.CREATE_NEW,
                                        StandardOpenOption.WRITE);
            } catch (FileAlreadyExistsException e) {
                file = first.resolveSibling(name + "-" + i + ENDING);
            }
        }
        // A flush ends the frame, so that a file can be cut there and written on.
        out = new ZstdOutputStream(Channels.newOutputStream(channel)).setCloseFrameOnFlush(true);
    }

    /**
     * Makes all that was added durable.
     *
     * @return bytes of the file; what comes later is behind them
     */
    public synchronized long force() {
        try {
            if (channel != null && written > forced) {
                out.flush();
                channel.force(true);
                length = channel.size();
                forced = written;
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
        return length;
    }

    /** Records in the file. */
    public synchronized long written() {
        return written;
    }

    /** Records that came after the limit and are counted only. */
    public synchronized long notKept() {
        return notKept;
    }

    /** How many were added by rule, also beyond the limit. */
    public synchronized Map<String, Long> rules() {
        return Map.copyOf(rules);
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

    /** Puts what was collected in place of the file that {@link #inPlaceOf} was given. */
    public synchronized void replace(Path replaced) {
        force();
        close();
        try {
            if (written == 0) {
                Files.deleteIfExists(replaced);
            } else {
                Files.move(
                        file,
                        replaced,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw failed(replaced, e);
        }
    }

    /**
     * Reads a file of set aside records. One that was cut off by a crash, or that is being written,
     * gives all whole lines.
     *
     * @throws VitrineException FILE_NOT_FOUND or FILE_MALFORMED
     */
    public static void read(Path file, Consumer<SetAsideEntry> each) {
        long number = 0;
        try (InputStream in =
                new ZstdInputStream(new BufferedInputStream(Files.newInputStream(file)))
                        .setContinuous(true)) {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            byte[] chunk = new byte[1 << 16];
            int length;
            while ((length = some(in, chunk, file)) >= 0) {
                int from = 0;
                for (int i = 0; i < length; i++) {
                    if (chunk[i] == '\n') {
                        line.write(chunk, from, i - from);
                        from = i + 1;
                        number++;
                        each.accept(JSON.readValue(line.toByteArray(), SetAsideEntry.class));
                        line.reset();
                    }
                }
                line.write(chunk, from, length - from);
            }
        } catch (IOException e) {
            throw new VitrineException(
                    DataError.FILE_NOT_FOUND, "cannot read " + file + ": " + e, e);
        } catch (JacksonException e) {
            throw new VitrineException(
                    DataError.FILE_MALFORMED,
                    file + " line " + number + " is no set aside record: " + e.getOriginalMessage(),
                    e);
        }
    }

    /** The next bytes; none from where the file is damaged. */
    private static int some(InputStream in, byte[] chunk, Path file) throws IOException {
        try {
            return in.read(chunk);
        } catch (ZstdIOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0} is read up to where it is damaged: {1}",
                    file,
                    e.getMessage());
            return -1;
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
        long[] accepted = new long[1];
        try (SetAside rest = inPlaceOf(file)) {
            read(
                    file,
                    entry -> {
                        if (accept.test(entry)) {
                            accepted[0]++;
                        } else {
                            rest.add(entry);
                        }
                    });
            rest.replace(file);
            return new Replay(accepted[0], rest.written());
        }
    }

    private static VitrineException failed(Path file, IOException e) {
        return new VitrineException(DataError.STORE_FAILED, "cannot write " + file + ": " + e, e);
    }
}
