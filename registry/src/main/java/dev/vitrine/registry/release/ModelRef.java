package dev.vitrine.registry.release;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import java.util.regex.Pattern;

/**
 * Names one model version; as text {@code name/version}.
 *
 * @param name letters, digits, '.', '_' and '-'
 * @param version from 1
 */
public record ModelRef(String name, long version) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public ModelRef {
        requireName(name);
        if (version < 1) {
            throw new VitrineException(
                    RegistryError.MODEL_INVALID,
                    "versions of " + name + " count from 1, found " + version);
        }
    }

    /**
     * @throws VitrineException MODEL_INVALID when the text is not {@code name/version}
     */
    @JsonCreator
    public static ModelRef parse(String text) {
        int slash = text.indexOf('/');
        try {
            return new ModelRef(
                    text.substring(0, Math.max(0, slash)),
                    Long.parseLong(text.substring(slash + 1)));
        } catch (NumberFormatException e) {
            throw new VitrineException(
                    RegistryError.MODEL_INVALID,
                    "'" + text + "' does not name a model version; expected name/version",
                    e);
        }
    }

    static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new VitrineException(
                    RegistryError.MODEL_INVALID,
                    "'"
                            + name
                            + "' is not a model name; expected up to 100 letters, digits, '.', '_'"
                            + " or '-'");
        }
        return name;
    }

    @JsonValue
    @Override
    public String toString() {
        return name + "/" + version;
    }
}
