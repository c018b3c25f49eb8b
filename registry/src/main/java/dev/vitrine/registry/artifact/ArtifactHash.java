package dev.vitrine.registry.artifact;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.util.regex.Pattern;

/**
 * The name of an artefact: the SHA-256 of its manifest.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record ArtifactHash(@JsonValue String hex) implements Comparable<ArtifactHash> {
    private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

    @JsonCreator
    public ArtifactHash {
        if (!FORM.matcher(hex).matches()) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_INVALID,
                    "'" + hex + "' is not an artefact hash; expected 64 digits of 0-9a-f");
        }
    }

    @Override
    public int compareTo(ArtifactHash other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
