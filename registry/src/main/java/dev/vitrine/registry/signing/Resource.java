package dev.vitrine.registry.signing;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.artifact.ArtifactFile;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;

/**
 * One signed file.
 *
 * @param name its path in the signed folder, parts separated by {@code /}; never leaves it
 * @param sha256 of the content, 64 lower-case hexadecimal digits
 */
public record Resource(String name, String sha256) {
    /** By parts of the path, each by its bytes, as the format's canonical order has it. */
    static final Comparator<Resource> ORDER =
            (one, other) -> comparePaths(one.name.split("/", -1), other.name.split("/", -1));

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public Resource {
        if (!ArtifactFile.safe(name)) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID,
                    "'"
                            + name
                            + "' cannot be a path inside a signed folder; expected names separated"
                            + " by '/', without '..', backslashes or control characters");
        }
        if (!DIGEST.matcher(sha256).matches()) {
            throw new VitrineException(
                    RegistryError.SIGNATURE_INVALID,
                    "the digest of " + name + " is not 64 digits of 0-9a-f: '" + sha256 + "'");
        }
    }

    private static int comparePaths(String[] one, String[] other) {
        for (int i = 0; i < Math.min(one.length, other.length); i++) {
            int order =
                    Arrays.compareUnsigned(
                            one[i].getBytes(StandardCharsets.UTF_8),
                            other[i].getBytes(StandardCharsets.UTF_8));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(one.length, other.length);
    }
}
