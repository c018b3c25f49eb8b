package dev.vitrine.server.wiring;

import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.release.ModelVersion;

/** Looks at an imported model before anything of it is loaded. */
@FunctionalInterface
public interface ModelGate {
    /**
     * Reads all of a version.
     *
     * @throws dev.vitrine.kernel.error.VitrineException MODEL_REFUSED or ARTIFACT_CORRUPT, saying
     *     what does not hold
     */
    Artifact admit(ModelVersion version);
}
