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
import java.util.function.Consumer;

/**
 * The file of a snapshot: a mark, the format's version, the settings it was made with, the content,
 * and a CRC-32C of it all.
 */
final class StateFile {
    private static final long MARK = 0x5654_5253_5441_5445L; // "VTRSTATE"
    private static final int FORMAT = 2;

    private StateFile() {}

    static void save(Path file, FeatureSettings settings, Consumer<StateWriter> content) {
        Path directory = file.toAbsolutePath().getParent();
        Path beside = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(directory);
            try (FileChannel channel =
                    FileChannel.open(
                            beside,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING)) {
                StateWriter out = new StateWriter(channel);
                out.putLong(MARK);
                out.putInt(FORMAT);
                out.putText(settings.toString());
                content.accept(out);
                out.finish();
                channel.force(true);
            }
            Files.move(
                    beside,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel entry = FileChannel.open(directory, StandardOpenOption.READ)) {
                entry.force(true);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new VitrineException(
                    DataError.STORE_FAILED, "cannot write the snapshot " + file + ": " + e, e);
        }
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
