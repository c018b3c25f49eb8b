package dev.vitrine.registry.storage;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The right to change a directory that other threads and processes change as well; held for
 * moments. The operating system frees it when its process dies.
 */
public final class DirectoryLock implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final FileChannel channel;
    private final FileLock lock;

    private DirectoryLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Waits for the file {@code lock} of a directory that exists.
     *
     * @throws VitrineException REGISTRY_BUSY when others hold the lock for a minute
     */
    public static DirectoryLock take(Path directory) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        directory.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        long start = System.nanoTime();
        try {
            while (System.nanoTime() - start < PATIENCE_NANOS) {
                FileLock lock = attempt(channel);
                if (lock != null) {
                    return new DirectoryLock(channel, lock);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        channel.close();
        throw new VitrineException(
                RegistryError.REGISTRY_BUSY,
                "the lock of " + directory + " was not free within 60 s");
    }

    private static @Nullable FileLock attempt(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // another thread of this process has it
        }
    }

    /** Asserts that the lock is still held. */
    public void hold() {
        assert lock.isValid();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
