package dev.vitrine.registry.artifact;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.nio.file.Path;

/**
 * An artefact that was found whole. Its files are not to be changed; copy what needs a working
 * copy.
 *
 * @param directory where the files lie, at the paths of the manifest
 */
public record Artifact(ArtifactHash hash, Path directory, ArtifactManifest manifest) {
    /**
     * The place of one file.
     *
     * @throws VitrineException ARTIFACT_NOT_FOUND when the manifest does not list it
     */
    public Path file(String path) {
        for (ArtifactFile file : manifest.files()) {
            if (file.path().equals(path)) {
                return directory.resolve(path);
            }
        }
        throw new VitrineException(
                RegistryError.ARTIFACT_NOT_FOUND,
                "artefact " + hash + " has no file '" + path + "'");
    }
}
