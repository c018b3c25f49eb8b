package dev.vitrine.systemtests.architecture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The project's files as the tests of this package read them. */
final class SourceTree {
    private SourceTree() {}

    /** The root of the checkout: the nearest folder upwards with the launcher. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("vitrine"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new AssertionError("no checkout above " + Path.of("").toAbsolutePath());
        }
        return folder;
    }

    /** All Java sources, main and test. */
    static List<Path> javaFiles() throws IOException {
        return files(".java").stream().filter(path -> path.toString().contains("/src/")).toList();
    }

    /** All files with an ending, outside build folders. */
    static List<Path> files(String ending) throws IOException {
        try (Stream<Path> paths = Files.walk(root())) {
            return paths.filter(path -> path.toString().endsWith(ending))
                    .filter(path -> !path.toString().contains("/target/"))
                    .filter(path -> !path.toString().contains("/.git/"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }
}
