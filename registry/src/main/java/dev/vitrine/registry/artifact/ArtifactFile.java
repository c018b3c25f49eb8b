package dev.vitrine.registry.artifact;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;

/**
 * One file of an artefact.
 *
 * @param path relative to the artefact, parts separated by {@code /}; never leaves it
 * @param size bytes
 * @param sha256 of the content, 64 lower-case hexadecimal digits
 */
public record ArtifactFile(String path, long size, String sha256) {
    public ArtifactFile {
        if (!safe(path)) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_INVALID,
                    "'"
                            + path
                            + "' cannot be a path inside an artefact; expected names separated by"
                            + " '/', without '..', backslashes or control characters");
        }
        if (size < 0) {
            throw new VitrineException(
                    RegistryError.ARTIFACT_INVALID, path + " has the size " + size);
        }
        new ArtifactHash(sha256);
    }

    /** Whether a path stays inside a folder, on every system: names, separated by {@code /}. */
    public static boolean safe(String path) {
        if (path.isEmpty() || path.length() > 500) {
            return false;
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c < ' ' || c == 0x7f || c == '\\') {
                return false;
            }
        }
        for (String part : path.split("/", -1)) {
            if (part.isEmpty() || part.equals(".") || part.equals("..")) {
                return false;
            }
        }
        return true;
    }
}
