package dev.vitrine.data.feature;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The file of a snapshot: a mark, the format's version, the settings it was made with, the content,
 * and a CRC-32C of it all.
 */
final class StateFile {
    private static final long MARK = 0x5654_5253_5441_5445L; // "VTRSTATE"
    private static final int FORMAT = 2;

    private StateFile() {}

    /** Writes beside the file; nothing of it counts before {@link #publish}. */
    static void write(Path file, FeatureSettings settings, Consumer<StateWriter> content) {
        try {
            Files.createDirectories(directory(file));
            try (FileChannel channel =
                    FileChannel.open(
                            beside(file),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                StateWriter out = new StateWriter(channel);
                out.putLong(MARK);
                out.putInt(FORMAT);
                out.putText(settings.toString());
                content.accept(out);
                out.finish();
            }
        } catch (IOException | UncheckedIOException e) {
            throw failed(file, e);
        }
    }

    /** Forces what {@link #write} wrote and puts it in place of the file. */
    static void publish(Path file) {
        Path beside = beside(file);
        try {
            try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(
                    beside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel entry = FileChannel.open(directory(file), StandardOpenOption.READ)) {
                entry.force(true);
            }
        } catch (IOException e) {
            throw failed(file, e);
        }
    }

    private static Path directory(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().getParent());
    }

    private static Path beside(Path file) {
        return file.resolveSibling(file.getFileName() + ".tmp");
    }

    private static VitrineException failed(Path file, Exception e) {
        return new VitrineException(
                DataError.STORE_FAILED, "cannot write the snapshot " + file + ": " + e, e);
    }

    static void load(Path file, FeatureSettings settings, Consumer<StateReader> content) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            StateReader in = new StateReader(file, channel);
            if (in.getLong() != MARK) {
                throw in.corrupt("it does not begin like a snapshot of the feature state");
            }
            int format = in.getInt();
            if (format != FORMAT) {
                throw new VitrineException(
                        DataError.STORE_FORMAT,
                        "the snapshot " + file + " has format " + format + ", expected " + FORMAT);
            }
            String made = in.getText();
            if (!made.equals(settings.toString())) {
                throw new VitrineException(
                        DataError.STORE_FORMAT,
                        "the snapshot "
                                + file
                                + " was made with other settings: "
                                + made
                                + ", expected "
                                + settings);
            }
            content.accept(in);
            in.finish();
        } catch (NoSuchFileException e) {
            throw new VitrineException(DataError.FILE_NOT_FOUND, "there is no snapshot " + file, e);
        } catch (IOException | UncheckedIOException e) {
            throw new VitrineException(
                    DataError.STORE_FAILED, "cannot read the snapshot " + file + ": " + e, e);
        }
    }
}
