package dev.vitrine.server.stores;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of models and releases lie, from {@code artifacts} in the server's configuration.
 *
 * @param directory that several nodes may share, by a network's file system; default one in the
 *     home
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ArtifactSettings(@Nullable Path directory) {
    /** In the home. */
    public static ArtifactSettings own() {
        return new ArtifactSettings(null);
    }

    Optional<Path> place() {
        return Optional.ofNullable(directory);
    }
}
