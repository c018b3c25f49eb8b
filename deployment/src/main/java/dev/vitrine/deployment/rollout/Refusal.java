package dev.vitrine.deployment.rollout;

import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.regex.Pattern;

/** Refuses what a plan must not say, by field. */
final class Refusal {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._:-]{0,99}");

    private Refusal() {}

    static VitrineException of(String field, String message) {
        return VitrineException.field(RolloutError.ROLLOUT_INVALID, field, message);
    }

    static void when(boolean wrong, String field, String message) {
        if (wrong) {
            throw of(field, message);
        }
    }

    /** Names of releases, serving configs, sites and nodes: short, and harmless in logs. */
    static String name(String field, String value) {
        when(
                !NAME.matcher(value).matches(),
                field,
                field
                        + " must be 1 to 100 letters, digits and . _ : - (the first a letter or"
                        + " digit), found '"
                        + (value.length() > 100 ? value.substring(0, 100) + "..." : value)
                        + "'");
        return value;
    }

    static Duration between(String field, Duration value, Duration least, Duration most) {
        when(
                value.compareTo(least) < 0 || value.compareTo(most) > 0,
                field,
                field + " must be from " + least + " to " + most + ", found " + value);
        return value;
    }
}
