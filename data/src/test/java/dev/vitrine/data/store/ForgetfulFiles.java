package dev.vitrine.data.store;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Files in memory that behave as badly as a file system may. {@link #crash} forgets what was not
 * forced: each write since the last force is kept, dropped, or kept in some of its sectors only, in
 * any combination; creations, renames and deletions since the last sync of the directory are kept
 * or dropped one by one. Faults can be asked for: a crash in the middle of an operation, a disk
 * that is full, a force that fails.
 */
public final class ForgetfulFiles implements FileLayer {
    private static final int SECTOR = 512;

    /** Thrown in the middle of an operation: the process is gone. */
    public static final class Crash extends Error {
        private static final long serialVersionUID = 1L;

        Crash() {
            super("simulated crash");
        }
    }

    private sealed interface Change {
        record Write(long position, byte[] bytes) implements Change {}

        record Cut(long size) implements Change {}
    }

    private static final class Inode {
        private byte[] durable = new byte[0];
        private byte[] now = new byte[0];
        private final List<Change> pending = new ArrayList<>();
    }

    private sealed interface EntryChange {
        record Put(Path path, Inode inode) implements EntryChange {}

        record Remove(Path path) implements EntryChange {}

        record Move(Path from, Path to, Inode inode) implements EntryChange {}
    }

    private final RandomGenerator random;
    private final TreeMap<Path, Inode> entries = new TreeMap<>();
    private final TreeMap<Path, Inode> durableEntries = new TreeMap<>();
    private final List<EntryChange> pendingEntries = new ArrayList<>();
    private long crashAfter = Long.MAX_VALUE;
    private long capacity = Long.MAX_VALUE;
    private double forceFails;
    private boolean locked;

    public ForgetfulFiles(RandomGenerator random) {
        this.random = random;
    }

    /** Crashes in the middle of the operation that comes after this many more. */
    public void crashAfter(long operations) {
        crashAfter = operations;
    }

    /** The bytes that all files together may have. */
    public void capacity(long bytes) {
        capacity = bytes;
    }

    /** The probability with which a force fails, having forced some of what was asked. */
    public void forceFails(double probability) {
        forceFails = probability;
    }

    /** Loses power: what is left is what a restart finds. */
    public synchronized void crash() {
        for (EntryChange change : pendingEntries) {
            if (random.nextBoolean()) {
                apply(durableEntries, change);
            }
        }
        pendingEntries.clear();
        entries.clear();
        entries.putAll(durableEntries);
        for (Inode inode : entries.values()) {
            for (Change change : inode.pending) {
                inode.durable = keepSome(inode.durable, change);
            }
            inode.pending.clear();
            inode.now = inode.durable.clone();
        }
        crashAfter = Long.MAX_VALUE;
        capacity = Long.MAX_VALUE;
        forceFails = 0;
        locked = false;
    }

    private byte[] keepSome(byte[] content, Change change) {
        int fate = random.nextInt(3);
        if (fate == 0) {
            return content;
        }
        return switch (change) {
            case Change.Cut cut -> Arrays.copyOf(content, (int) cut.size);
            case Change.Write write -> {
                byte[] result = content;
                int at = 0;
                while (at < write.bytes.length) {
                    long position = write.position + at;
                    int length =
                            (int)
                                    Math.min(
                                            SECTOR - position % SECTOR,
                                            (long) write.bytes.length - at);
                    if (fate == 1 || random.nextBoolean()) {
                        result = put(result, position, write.bytes, at, length);
                    }
                    at += length;
                }
                yield result;
            }
        };
    }

    private static byte[] put(byte[] content, long position, byte[] bytes, int from, int length) {
        byte[] result = content;
        int end = (int) position + length;
        if (end > result.length) {
            result = Arrays.copyOf(result, end);
        }
        System.arraycopy(bytes, from, result, (int) position, length);
        return result;
    }

    private static byte[] apply(byte[] content, Change change) {
        return switch (change) {
            case Change.Cut cut -> Arrays.copyOf(content, (int) cut.size);
            case Change.Write write ->
                    put(content, write.position, write.bytes, 0, write.bytes.length);
        };
    }

    private static void apply(Map<Path, Inode> to, EntryChange change) {
        switch (change) {
            case EntryChange.Put put -> to.put(put.path, put.inode);
            case EntryChange.Remove remove -> to.remove(remove.path);
            case EntryChange.Move move -> {
                to.remove(move.from);
                to.put(move.to, move.inode);
            }
        }
    }

    private void change(EntryChange change) {
        apply(entries, change);
        pendingEntries.add(change);
    }

    private void step() {
        if (crashAfter-- <= 0) {
            throw new Crash();
        }
    }

    private long used() {
        long bytes = 0;
        for (Inode inode : entries.values()) {
            bytes += inode.now.length;
        }
        return bytes;
    }

    private Inode find(Path file) throws NoSuchFileException {
        Inode inode = entries.get(file);
        if (inode == null) {
            throw new NoSuchFileException(file.toString());
        }
        return inode;
    }

    /** Changes one byte of a file on disk, as a failing disk would. */
    public synchronized void flip(Path file, long position) throws IOException {
        Inode inode = find(file);
        inode.now[(int) position] ^= 0x10;
        inode.durable = inode.now.clone();
    }

    @Override
    public void createDirectories(Path directory) {}

    @Override
    public synchronized List<String> list(Path directory) {
        List<String> names = new ArrayList<>();
        for (Path path : entries.keySet()) {
            if (directory.equals(path.getParent())) {
                names.add(path.getFileName().toString());
            }
        }
        return names;
    }

    @Override
    public synchronized boolean exists(Path file) {
        return entries.keySet().stream().anyMatch(path -> path.startsWith(file));
    }

    @Override
    public synchronized OpenFile openToRead(Path file) throws IOException {
        return new MemoryFile(find(file));
    }

    @Override
    public synchronized OpenFile openToWrite(Path file) throws IOException {
        if (!entries.containsKey(file)) {
            step();
            change(new EntryChange.Put(file, new Inode()));
        }
        return new MemoryFile(find(file));
    }

    @Override
    public synchronized void rename(Path from, Path to) throws IOException {
        step();
        change(new EntryChange.Move(from, to, find(from)));
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        step();
        find(file);
        change(new EntryChange.Remove(file));
    }

    @Override
    public synchronized void syncDirectory(Path directory) throws IOException {
        step();
        if (random.nextDouble() < forceFails) {
            throw new IOException("Input/output error");
        }
        for (EntryChange change : pendingEntries) {
            apply(durableEntries, change);
        }
        pendingEntries.clear();
    }

    @Override
    public synchronized Closeable lock(Path file) {
        if (locked) {
            throw new IllegalStateException("locked");
        }
        locked = true;
        return () -> locked = false;
    }

    private final class MemoryFile implements OpenFile {
        private final Inode inode;

        MemoryFile(Inode inode) {
            this.inode = inode;
        }

        @Override
        public long size() {
            synchronized (ForgetfulFiles.this) {
                return inode.now.length;
            }
        }

        @Override
        public int read(ByteBuffer into, long position) {
            synchronized (ForgetfulFiles.this) {
                int length = (int) Math.min(into.remaining(), inode.now.length - position);
                if (length <= 0) {
                    return 0;
                }
                into.put(inode.now, (int) position, length);
                return length;
            }
        }

        @Override
        public void write(ByteBuffer from, long position) throws IOException {
            synchronized (ForgetfulFiles.this) {
                byte[] bytes = new byte[from.remaining()];
                from.get(bytes);
                int fits = bytes.length;
                long growth = position + bytes.length - inode.now.length;
                boolean full = growth > 0 && used() + growth > capacity;
                boolean crash = crashAfter <= 0;
                if (full || crash) {
                    fits = random.nextInt(bytes.length + 1);
                }
                apply(new Change.Write(position, Arrays.copyOf(bytes, fits)));
                step();
                if (full) {
                    throw new IOException("No space left on device");
                }
            }
        }

        @Override
        public void truncate(long size) {
            synchronized (ForgetfulFiles.this) {
                step();
                if (size < inode.now.length) {
                    apply(new Change.Cut(size));
                }
            }
        }

        private void apply(Change change) {
            inode.now = ForgetfulFiles.apply(inode.now, change);
            inode.pending.add(change);
        }

        @Override
        public void force() throws IOException {
            synchronized (ForgetfulFiles.this) {
                step();
                if (random.nextDouble() < forceFails) {
                    // As on Linux: the pages count as clean afterwards, whether they were kept or
                    // not.
                    for (Change change : inode.pending) {
                        inode.durable = keepSome(inode.durable, change);
                    }
                    inode.pending.clear();
                    throw new IOException("Input/output error");
                }
                for (Change change : inode.pending) {
                    inode.durable = ForgetfulFiles.apply(inode.durable, change);
                }
                inode.pending.clear();
            }
        }

        @Override
        public void close() {}
    }
}
