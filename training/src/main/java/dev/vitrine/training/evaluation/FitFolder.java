package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the fits of one network on one data set are written down while they run and after they
 * ended, so that a run that is killed goes on in the middle of a fit and has the fits before it
 * already. One run at a time has the folder. What is in it goes when the run's result is written,
 * or when nothing was written there for {@link #KEPT}.
 */
final class FitFolder implements AutoCloseable {
    private static final Duration KEPT = Duration.ofDays(7);
    private static final String LOCK = "lock";

    private final Path folder;
    private final FileChannel lock;

    private FitFolder(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /**
     * @param root the folder of all such
     * @throws VitrineException FIT_RUNNING when another run has it
     */
    static FitFolder open(Path root, String name) {
        Path folder = root.resolve(name);
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new VitrineException(
                        TrainingError.FIT_RUNNING,
                        "another run does the same on this data set in "
                                + folder
                                + "; wait for it, or give this run a cache of its own by"
                                + " VITRINE_CACHE");
            }
            return new FitFolder(folder, channel);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the folder " + folder, e);
        }
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    Path path() {
        return folder;
    }

    /** Deletes what was fitted, where there is anything and no other run has it. */
    static void forget(Path root, String name) {
        if (!Files.isDirectory(root.resolve(name))) {
            return;
        }
        try (FitFolder own = open(root, name)) {
            for (Path file : own.files()) {
                Files.deleteIfExists(file);
            }
        } catch (VitrineException e) {
            if (e.code() != TrainingError.FIT_RUNNING) {
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete fits in " + root.resolve(name), e);
        }
    }

    /** Forgets what no run came back for. */
    static void forgetOld(Path root, Instant now) {
        if (!Files.isDirectory(root)) {
            return;
        }
        Instant since = now.minus(KEPT);
        try (Stream<Path> all = Files.list(root)) {
            for (Path each : all.filter(Files::isDirectory).toList()) {
                if (newest(each).isBefore(since)) {
                    forget(root, each.getFileName().toString());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot look for old fits in " + root, e);
        }
    }

    private static Instant newest(Path folder) throws IOException {
        Instant newest = Instant.MIN;
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Instant changed = Files.getLastModifiedTime(file).toInstant();
                newest = changed.isAfter(newest) ? changed : newest;
            }
        }
        return newest;
    }

    /** All but the lock, which another run may be waiting to take. */
    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.endsWith(LOCK)).toList();
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot give back " + folder, e);
        }
    }
}
