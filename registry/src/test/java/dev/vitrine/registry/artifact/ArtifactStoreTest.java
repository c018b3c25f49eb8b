package dev.vitrine.registry.artifact;

import java.nio.file.Path;
import java.time.InstantSource;

class ArtifactStoreTest extends ArtifactStoreContract {
    @Override
    protected ArtifactStore open(Path directory, InstantSource clock) {
        return ArtifactStore.open(directory, clock);
    }
}
