package dev.vitrine.inference.graph;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * The files beside a stranger's model that its weights refer to. Only plain files inside the
 * model's own directory are opened: no absolute path, no {@code ..}, no link on the way, no device.
 */
final class ExternalFiles implements AutoCloseable {
    private static final int LONGEST_PATH = 500;
    private static final int MOST_FILES = 10_000;

    private final String model;
    private final Path directory;
    private final Map<String, FileChannel> open = new HashMap<>();
    private long bytes;

    /**
     * @param model the file whose directory counts
     */
    ExternalFiles(Path model) {
        this.model = String.valueOf(model.getFileName());
        this.directory = model.toAbsolutePath().resolveSibling("");
    }

    /** Bytes of all files that were asked for, each counted once. */
    long bytes() {
        return bytes;
    }

    /**
     * Opens a file.
     *
     * @throws VitrineException MODEL_INVALID for a path that is refused or leads to no plain file
     */
    FileChannel file(String tensor, String location) throws IOException {
        FileChannel known = open.get(location);
        if (known != null) {
            return known;
        }
        if (open.size() == MOST_FILES) {
            throw refused(tensor, location, "more than " + MOST_FILES + " files");
        }
        Path path = checked(tensor, location);
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        open.put(location, channel);
        bytes += channel.size();
        return channel;
    }

    private Path checked(String tensor, String location) {
        if (location.isEmpty() || location.length() > LONGEST_PATH) {
            throw refused(tensor, "", "a path has 1 to " + LONGEST_PATH + " characters");
        }
        if (location.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\' || c == ':')) {
            throw refused(tensor, location, "it has a backslash, colon or control character");
        }
        Path path = directory;
        for (String part : location.split("/", -1)) {
            if (part.isEmpty() || part.equals("..")) {
                throw refused(tensor, location, "only paths inside the model's directory are read");
            }
            try {
                path = path.resolve(part);
            } catch (InvalidPathException e) {
                throw refused(tensor, "", "it is no path of this system");
            }
            if (Files.isSymbolicLink(path)) {
                throw refused(tensor, location, "links are not followed");
            }
        }
        if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            throw refused(tensor, location, "there is no such plain file beside the model");
        }
        return path;
    }

    private VitrineException refused(String tensor, String location, String why) {
        return new VitrineException(
                InferenceError.MODEL_INVALID,
                model
                        + ": the weights '"
                        + tensor
                        + "' lie in the external file '"
                        + location
                        + "', which is refused: "
                        + why);
    }

    @Override
    public void close() throws IOException {
        for (FileChannel channel : open.values()) {
            channel.close();
        }
    }
}
