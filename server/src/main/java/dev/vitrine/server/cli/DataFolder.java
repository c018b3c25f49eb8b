package dev.vitrine.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the public data sets lie. */
final class DataFolder {
    @Option(
            names = "--datasets",
            paramLabel = "DIR",
            description =
                    "folder with the public data sets; default: the environment variable"
                            + " VITRINE_DATA, else ../shared/data beside the project")
    @Nullable Path given;

    Path folder() {
        if (given != null) {
            return given;
        }
        String variable = System.getenv("VITRINE_DATA");
        if (variable != null && !variable.isBlank()) {
            return Path.of(variable);
        }
        return Path.of(System.getProperty("vitrine.home.build", "."))
                .resolve("../shared/data")
                .normalize();
    }
}
