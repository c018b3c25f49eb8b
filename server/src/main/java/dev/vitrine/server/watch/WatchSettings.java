package dev.vitrine.server.watch;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When the live release is evaluated, from {@code watch} in the server's configuration.
 *
 * @param every so often at most; default six hours
 * @param atLeastEvents that came after the data of the release, and after the evaluation before;
 *     default 1,000
 */
public record WatchSettings(Duration every, long atLeastEvents) {
    private static final Duration SHORTEST = Duration.ofMinutes(1);

    public WatchSettings {
        if (every.compareTo(SHORTEST) < 0) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "watch.every",
                    "watch.every must be a minute (PT1M) or more, found " + every);
        }
        if (atLeastEvents < 1) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID,
                    "watch.atLeastEvents",
                    "watch.atLeastEvents must be 1 or more, found " + atLeastEvents);
        }
    }

    @JsonCreator
    public WatchSettings(
            @JsonProperty("every") @Nullable Duration every,
            @JsonProperty("atLeastEvents") @Nullable Long atLeastEvents) {
        this(
                every == null ? Duration.ofHours(6) : every,
                atLeastEvents == null ? 1_000L : atLeastEvents.longValue());
    }

    public static WatchSettings defaults() {
        return new WatchSettings(null, null);
    }
}
