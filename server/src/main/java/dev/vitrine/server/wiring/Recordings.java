package dev.vitrine.server.wiring;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.RequestLines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps what is asked of models in files, for the warm-up of their next versions: of each model the
 * next so many requests that are answered, where an operator asked for it, and no more than such a
 * file may have. One recording of a model begins or ends at a time. A file keeps what people sent,
 * so only its owner may read it, and no answer of the server shows it.
 */
final class Recordings implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Recordings.class.getName());

    private final Path folder;
    private final Map<String, Recording> open = new ConcurrentHashMap<>();

    Recordings(Path folder) {
        this.folder = folder;
    }

    /**
     * Begins anew for a model; the file that was there goes.
     *
     * @param requests that are kept; 0 ends what has begun and leaves its file
     * @return the file
     */
    synchronized Path begin(String model, int requests) {
        Path file = folder.resolve(model + ".jsonl");
        Recording before = open.remove(model);
        if (before != null) {
            before.close();
        }
        if (requests > 0) {
            try {
                Files.createDirectories(folder);
                Files.deleteIfExists(file);
                open.put(model, new Recording(create(file), requests));
            } catch (IOException e) {
                throw new VitrineException(
                        ServerError.HOME_FAILED, "cannot write " + file + ": " + e, e);
            }
        }
        return file;
    }

    private static FileChannel create(Path file) throws IOException {
        boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] owners =
                posix
                        ? new FileAttribute<?>[] {
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------"))
                        }
                        : new FileAttribute<?>[0];
        return FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), owners);
    }

    /** A request was answered. */
    void answered(InferCall call) {
        Recording recording = open.get(call.model());
        if (recording != null && !recording.keep(call)) {
            open.remove(call.model(), recording); // Not one that has begun meanwhile.
            recording.close();
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Recording::close);
        open.clear();
    }

    /** One file that is being written. */
    private static final class Recording implements AutoCloseable {
        private final FileChannel file;
        private int left;
        private long bytes;

        Recording(FileChannel file, int requests) {
            this.file = file;
            this.left = requests;
        }

        /** False when no more is to be kept. */
        boolean keep(InferCall call) {
            byte[] line;
            try {
                line = RequestLines.line(call.request().inputs());
            } catch (VitrineException e) {
                return true; // JSON has no such numbers; others of the model may do.
            }
            synchronized (this) {
                if (!file.isOpen()) {
                    return true; // Another recording has begun.
                }
                if (left == 0 || bytes + line.length > RequestLines.MOST_BYTES) {
                    return false;
                }
                try {
                    ByteBuffer all = ByteBuffer.wrap(line);
                    while (all.hasRemaining()) {
                        file.write(all);
                    }
                } catch (IOException e) {
                    LOG.log(System.Logger.Level.WARNING, "a recording broke off", e);
                    return false;
                }
                bytes += line.length;
                return --left > 0;
            }
        }

        @Override
        public synchronized void close() {
            try {
                file.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, "a recording is not whole", e);
            }
        }
    }
}
