package dev.vitrine.server;

import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files of a home that are replaced whole: at any moment one is what it was or what it becomes. */
public final class ReplacedFile {
    /** Ends the name of a file that is being written; after a kill it may stay, for nothing. */
    public static final String PART = ".part";

    private ReplacedFile() {}

    /**
     * Writes a file in place of what was there, in a folder that is made where there is none.
     * Durable on return.
     *
     * @throws VitrineException HOME_FAILED naming the file; what was there is there still
     */
    public static void write(Path file, byte[] content) {
        Path folder = file.resolveSibling("");
        Path part = file.resolveSibling(file.getFileName() + PART);
        try {
            boolean isNew = !Files.isDirectory(folder);
            Files.createDirectories(folder);
            try (FileChannel out =
                    FileChannel.open(
                            part,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                ByteBuffer bytes = ByteBuffer.wrap(content);
                while (bytes.hasRemaining()) {
                    out.write(bytes);
                }
                out.force(true);
            }
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            force(folder);
            if (isNew) {
                force(folder.resolveSibling(""));
            }
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot write " + file + ": " + e, e);
        }
    }

    private static void force(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }
}
