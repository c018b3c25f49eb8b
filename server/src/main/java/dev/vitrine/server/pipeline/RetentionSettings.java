package dev.vitrine.server.pipeline;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long old releases are kept, from {@code retention} in the server's configuration.
 *
 * @param automatic whether the server lets go of the others after each training; default where the
 *     registry is its own: other nodes may have experiments that name releases of a shared one
 * @param keep so many that were live last and so many that were made last stay; default 20
 * @param age and whatever is younger; default seven days
 */
public record RetentionSettings(@Nullable Boolean automatic, int keep, Duration age) {
    /** What {@code age} is at least: transfers and trainings that are under way are younger. */
    public static final Duration YOUNGEST = Duration.ofDays(1);

    public RetentionSettings {
        if (keep < 1) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "retention.keep",
                    "retention.keep must be 1 or more, found " + keep);
        }
        if (age.compareTo(YOUNGEST) < 0) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "retention.age",
                    "retention.age must be a day (P1D) or more, found " + age);
        }
    }

    @JsonCreator
    public RetentionSettings(
            @JsonProperty("automatic") @Nullable Boolean automatic,
            @JsonProperty("keep") @Nullable Integer keep,
            @JsonProperty("age") @Nullable Duration age) {
        this(
                automatic,
                keep == null ? 20 : keep.intValue(),
                age == null ? Duration.ofDays(7) : age);
    }

    public static RetentionSettings defaults() {
        return new RetentionSettings(null, (Integer) null, null);
    }

    /**
     * @param shared whether other nodes use the registry, too
     */
    public boolean isAutomatic(boolean shared) {
        return automatic == null ? !shared : automatic;
    }
}
