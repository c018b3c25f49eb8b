package dev.vitrine.registry.release;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactHash;

/**
 * A build of the search index.
 *
 * @param catalogSequence the last catalogue change that the build contains; later ones are applied
 *     when it is opened
 */
public record IndexEpoch(ArtifactHash artifact, long catalogSequence) {
    public IndexEpoch {
        if (catalogSequence < 0) {
            throw new VitrineException(
                    RegistryError.RELEASE_INVALID,
                    "a catalogue sequence is not negative, found " + catalogSequence);
        }
    }
}
