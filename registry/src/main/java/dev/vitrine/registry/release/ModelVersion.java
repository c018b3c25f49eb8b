package dev.vitrine.registry.release;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.vitrine.registry.artifact.ArtifactHash;

/**
 * A registered model.
 *
 * @param version from 1, counted per name by the registry
 */
public record ModelVersion(long version, ModelManifest manifest) {
    public ModelVersion {
        new ModelRef(manifest.name(), version);
    }

    @JsonIgnore
    public ModelRef ref() {
        return new ModelRef(manifest.name(), version);
    }

    @JsonIgnore
    public ArtifactHash artifact() {
        return manifest.artifact();
    }
}
