package dev.vitrine.server.stores;

import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.PostgresSettings;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import java.time.InstantSource;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/** Where what a home's server and its tools register and store lies. */
public record Stores(RegistrySettings registry, ArtifactSettings artifacts) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    public Stores {
        if (registry.isShared() && !artifacts.isShared()) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "artifacts",
                    "nodes that share a registry share the files of releases too: name a directory"
                            + " that all of them reach (artifacts: {directory: ...}) or an archive"
                            + " (artifacts: {archive: {s3: ...}})");
        }
    }

    /** Both in the home. */
    public static Stores own() {
        return new Stores(RegistrySettings.own(), ArtifactSettings.own());
    }

    /** The registry; the caller closes it. */
    public ReleaseStore releases(Home home, InstantSource clock) {
        Optional<PostgresSettings> shared = registry.postgres();
        return shared.isPresent()
                ? ReleaseStore.open(shared.get())
                : ReleaseStore.open(home.registry(), clock);
    }

    public ArtifactStore artifacts(Home home, InstantSource clock) {
        return artifacts.open(home.artifacts(), home.root().resolve("near"), clock);
    }

    /** As text for a child process; it names files and holds no secret. */
    public String text() {
        return JSON.writeValueAsString(this);
    }

    public static Stores parse(String text) {
        return ConfigReader.parse(text, "stores", Stores.class);
    }
}
