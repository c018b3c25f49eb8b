package dev.vitrine.server;

import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds all state of the embedded mode. Copying it while stopped is a backup;
 * deleting it is a reset. One process at a time owns it; its training child reads beside it.
 */
public final class Home implements AutoCloseable {
    /** Raised by one when a directory written by this version can't be read by the one before. */
    public static final int FORMAT = 1;

    private final Path root;
    private final @Nullable FileChannel lockFile;

    private Home(Path root, @Nullable FileChannel lockFile) {
        this.root = root;
        this.lockFile = lockFile;
    }

    /**
     * Opens a home directory for this process alone, creating it when it does not exist.
     *
     * @throws VitrineException HOME_IN_USE, HOME_FORMAT or HOME_FAILED, each naming the directory
     */
    public static Home open(Path root) {
        Path absolute = root.toAbsolutePath().normalize();
        try {
            Files.createDirectories(absolute);
            FileChannel channel =
                    FileChannel.open(
                            absolute.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!locked(channel)) {
                channel.close();
                throw new VitrineException(
                        ServerError.HOME_IN_USE,
                        "the home directory "
                                + absolute
                                + " is in use by another Vitrine; stop it or choose another with"
                                + " --home");
            }
            try {
                checkFormat(absolute);
            } catch (IOException | VitrineException e) {
                channel.close();
                throw e;
            }
            return new Home(absolute, channel);
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED,
                    "cannot use " + absolute + " as the home directory: " + e,
                    e);
        }
    }

    /** The view of a child or a tool that reads beside the owner. */
    public static Home readOnly(Path root) {
        Path absolute = root.toAbsolutePath().normalize();
        if (!Files.exists(absolute.resolve("format"))) {
            throw new VitrineException(
                    ServerError.HOME_FAILED,
                    absolute + " is not a home directory of Vitrine (it has no file 'format')");
        }
        try {
            checkFormat(absolute);
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED,
                    "cannot read the home directory " + absolute + ": " + e,
                    e);
        }
        return new Home(absolute, null);
    }

    private static boolean locked(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static void checkFormat(Path root) throws IOException {
        Path file = root.resolve("format");
        if (!Files.exists(file)) {
            Files.writeString(file, FORMAT + "\n");
            return;
        }
        String found = Files.readString(file).strip();
        if (!found.equals(String.valueOf(FORMAT))) {
            throw new VitrineException(
                    ServerError.HOME_FORMAT,
                    "the home directory "
                            + root
                            + " has format '"
                            + found
                            + "', this Vitrine reads format "
                            + FORMAT
                            + "; use the version that wrote it, or another --home");
        }
    }

    public Path root() {
        return root;
    }

    public Path log() {
        return root.resolve("log");
    }

    public Path people() {
        return root.resolve("people");
    }

    public Path catalog() {
        return root.resolve("catalog");
    }

    public Path setAside() {
        return root.resolve("set-aside");
    }

    public Path datasets() {
        return root.resolve("datasets");
    }

    public Path artifacts() {
        return root.resolve("artifacts");
    }

    public Path registry() {
        return root.resolve("registry.db");
    }

    /** Of what signs releases; for the owner alone. */
    public Path keys() {
        return root.resolve("keys");
    }

    public Path audit() {
        return root.resolve("audit");
    }

    /** Experiments, and what was counted of their visitors. */
    public Path experiments() {
        return root.resolve("experiments");
    }

    public Path serving() {
        return root.resolve("serving");
    }

    public Path state() {
        return root.resolve("state");
    }

    /** How good live releases were found to be. */
    public Path evaluations() {
        return root.resolve("evaluations");
    }

    public Path work() {
        return root.resolve("work");
    }

    @Override
    public void close() {
        if (lockFile != null) {
            try {
                lockFile.close();
            } catch (IOException e) {
                throw new VitrineException(
                        ServerError.HOME_FAILED, "cannot release " + root + ": " + e, e);
            }
        }
    }
}
