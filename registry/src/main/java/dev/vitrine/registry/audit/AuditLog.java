package dev.vitrine.registry.audit;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.storage.DirectoryLock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Who changed what, when, and on what evidence. Entries can only be added. Each holds the hash of
 * the one before, so that a changed, removed or inserted entry shows; the head, kept beside the
 * entries, shows an end that was cut off. A beginning that is gone shows too: the first entry that
 * is kept is number 1, or follows what an entry of this log says was trimmed. Whoever can write the
 * whole directory can write a whole new chain: that shows to those who noted the head's hash
 * elsewhere.
 *
 * <p>An entry is durable when {@link #append} returns. Thread-safe, and several processes may
 * append: each holds a lock of the directory while it does. Entries that come at the same time are
 * forced to the disk together.
 */
public final class AuditLog implements AutoCloseable {
    /** Entries that wait to be written; more are refused. */
    static final int MAX_WAITING = 10_000;

    private static final String ITSELF = "audit";
    private static final String TRIM = "audit.trim";
    private static final String TRIMMED_TO = "last";

    private final AuditFiles files;
    private final AuditSettings settings;
    private final InstantSource clock;
    private final ReentrantLock writing = new ReentrantLock();
    private final ConcurrentLinkedQueue<Waiting> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private @Nullable End end;

    /** One that waits for the disk. */
    private static final class Waiting {
        final String who;
        final String action;
        final String subject;
        final Map<String, String> evidence;
        @Nullable AuditEntry written;
        @Nullable VitrineException failed;

        Waiting(String who, String action, String subject, Map<String, String> evidence) {
            this.who = who;
            this.action = action;
            this.subject = subject;
            this.evidence = evidence;
        }
    }

    /** Where the log ends. */
    private record End(Path segment, long bytes, long sequence, String hash, boolean fresh) {}

    private AuditLog(AuditFiles files, AuditSettings settings, InstantSource clock) {
        this.files = files;
        this.settings = settings;
        this.clock = clock;
    }

    /**
     * Opens the log, creating the directory where there is none. A line that a dying process left
     * half written is cut off; anything else that does not hold stays as it is for {@link #verify}
     * to find, and new entries come after it.
     *
     * @throws VitrineException AUDIT_FAILED when the directory cannot be used
     */
    public static AuditLog open(Path directory, AuditSettings settings, InstantSource clock) {
        AuditLog log = new AuditLog(new AuditFiles(directory), settings, clock);
        log.end = log.locked(log::findEnd);
        return log;
    }

    /**
     * Adds an entry; it is durable on return. Texts of more than 1,000 characters are cut, and of
     * evidence the first 64 by name are kept.
     *
     * @throws VitrineException AUDIT_FAILED when it could not be written; REGISTRY_BUSY when too
     *     many wait
     */
    public AuditEntry append(
            String who, String action, String subject, Map<String, String> evidence) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            throw VitrineException.refusal(
                    RegistryError.REGISTRY_BUSY,
                    "more than " + MAX_WAITING + " audit entries wait for the disk");
        }
        Waiting own = new Waiting(who, action, subject, Map.copyOf(evidence));
        queue.add(own);
        writing.lock();
        try {
            if (own.written == null && own.failed == null) {
                writeAll();
            }
        } finally {
            writing.unlock();
            waiting.decrementAndGet();
        }
        if (own.failed != null) {
            throw own.failed;
        }
        if (own.written == null) {
            throw new AssertionError("an entry was neither written nor refused");
        }
        return own.written;
    }

    private void writeAll() {
        List<Waiting> batch = new ArrayList<>();
        for (Waiting next = queue.poll(); next != null; next = queue.poll()) {
            batch.add(next);
        }
        try {
            end = locked(() -> write(batch));
        } catch (VitrineException e) {
            end = null;
            for (Waiting one : batch) {
                one.written = null;
                one.failed = e;
            }
        }
    }

    private End write(List<Waiting> batch) throws IOException {
        End from = end;
        if (from == null || from.fresh || isBehind(from)) {
            from = findEnd();
        }
        if (from.bytes > settings.segmentBytes()) {
            from = new End(files.segment(from.sequence + 1), 0, from.sequence, from.hash, true);
        }
        long sequence = from.sequence;
        String hash = from.hash;
        StringBuilder lines = new StringBuilder();
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        for (Waiting one : batch) {
            AuditEntry entry =
                    AuditLine.entry(
                            ++sequence, now, one.who, one.action, one.subject, one.evidence, hash);
            hash = entry.hash();
            one.written = entry;
            lines.append(AuditLine.write(entry)).append('\n');
        }
        List<Path> old = from.fresh ? beyond(files.segments()) : List.of();
        if (!old.isEmpty()) {
            AuditEntry trimmed = trimmed(old, ++sequence, hash, now);
            hash = trimmed.hash();
            lines.append(AuditLine.write(trimmed)).append('\n');
        }
        byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel =
                FileChannel.open(
                        from.segment, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(from.bytes);
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        }
        if (from.fresh) {
            files.force();
        }
        // Said before it is done: a process that dies in between leaves more than it said, not
        // less.
        for (Path each : old) {
            Files.deleteIfExists(each);
        }
        files.writeHead(sequence, hash);
        return new End(from.segment, from.bytes + bytes.length, sequence, hash, false);
    }

    /** Whether another process has written since. */
    private boolean isBehind(End known) throws IOException {
        List<Path> segments = files.segments();
        return segments.isEmpty()
                || !segments.getLast().equals(known.segment)
                || Files.size(known.segment) != known.bytes;
    }

    /** The oldest files, those that are too many once a new one has begun. */
    private List<Path> beyond(List<Path> segments) {
        return segments.subList(0, Math.max(0, segments.size() - settings.segments() + 1));
    }

    private AuditEntry trimmed(List<Path> old, long sequence, String hash, Instant now)
            throws IOException {
        long next = AuditFiles.first(files.segments().get(old.size()));
        return AuditLine.entry(
                sequence,
                now,
                ITSELF,
                TRIM,
                "",
                Map.of(
                        "first",
                        Long.toString(AuditFiles.first(old.getFirst())),
                        TRIMMED_TO,
                        Long.toString(next - 1)),
                hash);
    }

    private End findEnd() throws IOException {
        Optional<AuditFiles.Head> head = files.head();
        for (Path segment : files.segments().reversed()) {
            files.cutTorn(segment);
            if (Files.size(segment) > 0) {
                return findEnd(segment, head);
            }
            Files.delete(segment); // begun by a process that died before its first entry was whole
        }
        long sequence = head.map(AuditFiles.Head::sequence).orElse(0L);
        String hash = head.map(AuditFiles.Head::hash).orElse(AuditLine.NO_HASH);
        return new End(files.segment(sequence + 1), 0, sequence, hash, true);
    }

    /**
     * After a line or an end that does not hold a new file begins, so that what was there stays.
     */
    private End findEnd(Path segment, Optional<AuditFiles.Head> head) throws IOException {
        long sequence = AuditFiles.first(segment) - 1;
        String hash = AuditLine.NO_HASH;
        boolean holds = false;
        for (String line : files.lines(segment)) {
            sequence++;
            try {
                AuditEntry entry = AuditLine.read(line);
                sequence = Math.max(sequence, entry.sequence());
                hash = entry.hash();
                holds = true;
            } catch (VitrineException e) {
                holds = false;
            }
        }
        if (head.isPresent() && head.get().sequence() > sequence) {
            sequence = head.get().sequence();
            hash = head.get().hash();
            holds = false;
        }
        return holds
                ? new End(segment, Files.size(segment), sequence, hash, false)
                : new End(files.segment(sequence + 1), 0, sequence, hash, true);
    }

    /**
     * The entries asked for, newest first. Lines that are no entries are passed over: {@link
     * #verify} names them.
     */
    public List<AuditEntry> read(AuditQuery query) {
        try {
            List<AuditEntry> found = new ArrayList<>();
            List<Path> segments = files.segments();
            for (int i = segments.size() - 1; i >= 0 && found.size() < query.limit(); i--) {
                if (AuditFiles.first(segments.get(i)) >= query.before()) {
                    continue;
                }
                List<AuditEntry> matching = new ArrayList<>();
                for (String line : files.lines(segments.get(i))) {
                    try {
                        AuditEntry entry = AuditLine.read(line);
                        if (query.matches(entry)) {
                            matching.add(entry);
                        }
                    } catch (VitrineException e) {
                        continue;
                    }
                }
                List<AuditEntry> newest = matching.reversed();
                found.addAll(
                        newest.subList(0, Math.min(newest.size(), query.limit() - found.size())));
            }
            return found;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** Reads the whole log and says up to where it holds. */
    public AuditVerification verify() {
        return locked(() -> {
            Chain chain = new Chain();
            for (Path segment : files.segments()) {
                int number = 0;
                for (String line : files.lines(segment)) {
                    number++;
                    Optional<String> problem = chain.add(line);
                    if (problem.isPresent()) {
                        return chain.found(
                                Optional.of(
                                        segment.getFileName()
                                                + ", line "
                                                + number
                                                + " "
                                                + problem.get()));
                    }
                }
            }
            Optional<AuditFiles.Head> head = files.head();
            return chain.found(
                    chain.missingBefore().or(() -> missing(head, chain.last, chain.hash)));
        });
    }

    /** Entries as they are read, oldest first, as far as each fits the one before. */
    private static final class Chain {
        private long entries;
        private long first;
        private long last;
        private long trimmedTo;
        private String hash = "";

        /** What is wrong with a line; where nothing is, it is part of the chain. */
        Optional<String> add(String line) {
            AuditEntry entry;
            try {
                entry = AuditLine.read(line);
            } catch (VitrineException e) {
                return Optional.of(String.valueOf(e.getMessage()));
            }
            Optional<String> gap = gap(entry);
            if (gap.isPresent()) {
                return gap;
            }
            if (entries == 0) {
                first = entry.sequence();
            }
            entries++;
            last = entry.sequence();
            hash = entry.hash();
            if (entry.who().equals(ITSELF) && entry.action().equals(TRIM)) {
                trimmedTo = Math.max(trimmedTo, number(entry.evidence().get(TRIMMED_TO)));
            }
            return Optional.empty();
        }

        private static long number(@Nullable String text) {
            try {
                return text == null ? 0 : Long.parseLong(text);
            } catch (NumberFormatException e) {
                return 0;
            }
        }

        private Optional<String> gap(AuditEntry entry) {
            if (entries == 0) {
                return entry.sequence() == 1 && !entry.previous().equals(AuditLine.NO_HASH)
                        ? Optional.of("is the first entry and names one before it")
                        : Optional.empty();
            }
            if (entry.sequence() != last + 1) {
                return Optional.of("is entry " + entry.sequence() + " and follows " + last);
            }
            return entry.previous().equals(hash)
                    ? Optional.empty()
                    : Optional.of("does not name the hash of the entry before it");
        }

        /** What is gone from the beginning without a word of it in what is kept. */
        Optional<String> missingBefore() {
            return entries == 0 || first <= trimmedTo + 1
                    ? Optional.empty()
                    : Optional.of(
                            "entries "
                                    + (trimmedTo + 1)
                                    + " to "
                                    + (first - 1)
                                    + " are missing: no entry says that they were trimmed");
        }

        AuditVerification found(Optional<String> problem) {
            return new AuditVerification(entries, first, last, hash, problem);
        }
    }

    private static Optional<String> missing(
            Optional<AuditFiles.Head> head, long last, String hash) {
        if (head.isEmpty()) {
            return last == 0 ? Optional.empty() : Optional.of("the file 'head' is missing");
        }
        if (head.get().sequence() > last) {
            return Optional.of(
                    "entries after " + last + " are missing: there were " + head.get().sequence());
        }
        return head.get().sequence() == last && !head.get().hash().equals(hash)
                ? Optional.of("the last entry is not the one that was written")
                : Optional.empty();
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private <T> T locked(Work<T> work) {
        writing.lock();
        try (DirectoryLock held = files.lock()) {
            held.hold();
            return work.run();
        } catch (IOException e) {
            throw failed(e);
        } finally {
            writing.unlock();
        }
    }

    private VitrineException failed(IOException e) {
        return new VitrineException(
                RegistryError.AUDIT_FAILED,
                "the audit log " + files.directory() + " cannot be used: " + e,
                e);
    }

    @Override
    public void close() {
        // every entry is durable already, and no file stays open
    }
}
