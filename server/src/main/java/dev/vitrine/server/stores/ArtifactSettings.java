package dev.vitrine.server.stores;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.depot.Depot;
import dev.vitrine.registry.depot.DepotArchive;
import dev.vitrine.registry.depot.KeyRing;
import dev.vitrine.registry.storage.NearObjects;
import dev.vitrine.registry.storage.ObjectStore;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the files of models and releases lie, from {@code artifacts} in the server's configuration.
 *
 * @param directory of plain files; nodes may share it, by a network's file system; default one in
 *     the home
 * @param archive keeps all of them, in chunks that are compressed and perhaps encrypted; then the
 *     directory holds working copies alone, and nodes share the archive and not the directory.
 *     Default none
 * @param workingCopies the most bytes of working copies, beside those in use; default 20GiB
 * @param near the most bytes of the archive's chunks that are kept in the home too, as they are
 *     there; default none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ArtifactSettings(
        @Nullable Path directory,
        @Nullable DepotSettings archive,
        @Nullable DataSize workingCopies,
        @Nullable DataSize near) {
    private static final long DEFAULT_COPIES = 20L << 30;

    @JsonCreator
    public ArtifactSettings(
            @JsonProperty("directory") @Nullable Path directory,
            @JsonProperty("archive") @Nullable DepotSettings archive,
            @JsonProperty("workingCopies") @Nullable DataSize workingCopies,
            @JsonProperty("near") @Nullable DataSize near) {
        this.directory = directory;
        this.archive = archive;
        this.workingCopies = workingCopies;
        this.near = near;
        if (archive == null && (workingCopies != null || near != null)) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "artifacts",
                    "workingCopies and near belong to an archive; name it as archive");
        }
    }

    /** In the home. */
    public static ArtifactSettings own() {
        return new ArtifactSettings(null, null, null, null);
    }

    /** The folder of plain files, where it is not the home's. */
    Optional<Path> place() {
        return Optional.ofNullable(directory);
    }

    /** Whether other nodes find what this one stores. */
    boolean isShared() {
        return directory != null || archive != null;
    }

    /**
     * Opens them.
     *
     * @param home folder of the home's own
     * @param chunks folder of chunks that are kept near
     * @throws VitrineException STORAGE_REFUSED or KEY_REFUSED when the archive cannot be used
     */
    ArtifactStore open(Path home, Path chunks, InstantSource clock) {
        Path place = place().orElse(home);
        if (archive == null) {
            return ArtifactStore.open(place, clock);
        }
        KeyRing ring = archive.ring();
        ObjectStore far = archive.open();
        ObjectStore objects =
                near == null ? far : NearObjects.open(far, chunks, near.bytes(), clock);
        return ArtifactStore.open(
                place,
                clock,
                Optional.of(new DepotArchive(() -> Depot.openOrCreate(objects, ring), clock)),
                workingCopies == null ? DEFAULT_COPIES : workingCopies.bytes());
    }
}
