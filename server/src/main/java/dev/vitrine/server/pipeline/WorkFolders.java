package dev.vitrine.server.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Removes folders of unfinished work. */
final class WorkFolders {
    private WorkFolders() {}

    /** Removes a folder with all it holds. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Removes what killed trainings left, but for what the next one goes on from. */
    static void sweep(Path work) throws IOException {
        if (Files.isDirectory(work)) {
            try (Stream<Path> paths = Files.list(work)) {
                for (Path path : paths.toList()) {
                    if (!path.equals(checkpoints(work))) {
                        delete(path);
                    }
                }
            }
        }
    }

    /** Where fits write down how far they are. */
    static Path checkpoints(Path work) {
        return work.resolve("fits");
    }
}
