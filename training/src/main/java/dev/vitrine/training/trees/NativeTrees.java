package dev.vitrine.training.trees;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import io.github.metarank.lightgbm4j.LGBMBooster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Loads LightGBM's native library from files of this process alone. Its wrapper unpacks it under
 * one name into the folder for temporary files; a second process would write over what the first
 * one runs, which ends it with a bus error.
 */
final class NativeTrees {
    private static final String FOLDER = "java.io.tmpdir";

    private NativeTrees() {}

    /** Loads when it is first looked at, as the wrapper does. */
    private static final class Once {
        static final String FAILURE = failure();

        private Once() {}
    }

    /**
     * Loads it, once in a process.
     *
     * @throws VitrineException ENGINE_MISSING when it cannot be loaded, with the reason
     */
    static void load() {
        if (!Once.FAILURE.isEmpty()) {
            throw new VitrineException(
                    TrainingError.ENGINE_MISSING,
                    "LightGBM, which fits trees, cannot start here: " + Once.FAILURE);
        }
    }

    private static String failure() {
        String shared = System.getProperty(FOLDER);
        try {
            Path own = Files.createTempDirectory("vitrine-trees-");
            try {
                System.setProperty(FOLDER, own.toString());
                LGBMBooster.loadNative();
            } finally {
                System.setProperty(FOLDER, shared);
                // What is loaded stays in memory where the system allows that.
                delete(own);
            }
            return "";
        } catch (IOException | UnsatisfiedLinkError e) {
            return e.getClass().getSimpleName() + " " + e.getMessage();
        }
    }

    private static void delete(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.toList();
        }
        for (Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }
}
