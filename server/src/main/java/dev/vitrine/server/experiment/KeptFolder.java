package dev.vitrine.server.experiment;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ReplacedFile;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The experiments of a home: a folder each, with a JSON file that is replaced whole, so that it is
 * the old one or the new one at any moment, and the counts of its visitors while it runs.
 */
final class KeptFolder {
    private static final System.Logger LOG = System.getLogger(KeptFolder.class.getName());
    private static final JsonMapper JSON = new JsonMapper();
    private static final String FILE = "experiment.json";

    private final Path root;

    KeptFolder(Path root) {
        this.root = root;
    }

    /**
     * All that are kept and can be read; of others the log says why, since a shop answers without
     * them.
     *
     * @throws VitrineException HOME_FAILED where there is no reading the folder
     */
    List<Kept> all() {
        List<Kept> found = new ArrayList<>();
        if (!Files.isDirectory(root)) {
            return found;
        }
        try (Stream<Path> folders = Files.list(root)) {
            for (Path folder : folders.sorted().toList()) {
                Path file = folder.resolve(FILE);
                if (Files.exists(file)) {
                    read(file).ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            throw failed("read", root, e);
        }
        return found;
    }

    private static Optional<Kept> read(Path file) {
        try {
            return Optional.of(JSON.readValue(Files.readString(file), Kept.class));
        } catch (JacksonException | IOException e) {
            LOG.log(System.Logger.Level.ERROR, "the experiment of " + file + " is left out", e);
            return Optional.empty();
        }
    }

    /** Keeps an experiment; durable on return. */
    void put(Kept kept) {
        ReplacedFile.write(root.resolve(kept.id()).resolve(FILE), JSON.writeValueAsBytes(kept));
    }

    /** Where the counts of its visitors are. */
    Path visitors(String id) {
        return root.resolve(id).resolve("visitors");
    }

    /** The counts of visitors are forgotten. */
    void forgetVisitors(String id) {
        delete(visitors(id));
    }

    /** All of an experiment is deleted, first what makes it one. */
    void delete(String id) {
        Path folder = root.resolve(id);
        delete(folder.resolve(FILE));
        delete(folder);
    }

    private static void delete(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw failed("delete", path, e);
        }
    }

    private static VitrineException failed(String what, Path path, Exception e) {
        return new VitrineException(
                ServerError.HOME_FAILED, "cannot " + what + " " + path + ": " + e, e);
    }
}
