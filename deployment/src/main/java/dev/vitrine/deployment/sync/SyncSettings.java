package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;

/**
 * How hard a synchronisation tries.
 *
 * @param parallel parcels under way at once
 * @param attempts at each parcel before it is given up
 * @param firstPause before the second attempt; doubles with each
 * @param longestPause that it grows to
 */
public record SyncSettings(int parallel, int attempts, Duration firstPause, Duration longestPause) {
    public static final SyncSettings DEFAULT =
            new SyncSettings(8, 12, Duration.ofMillis(200), Duration.ofSeconds(30));

    public SyncSettings {
        if (parallel < 1 || parallel > 64 || attempts < 1) {
            throw new VitrineException(
                    ConfigError.CONFIG_INVALID,
                    "1 to 64 parcels at once and 1 attempt or more, found "
                            + parallel
                            + " and "
                            + attempts);
        }
    }

    /** With another number of parcels at once. */
    public SyncSettings atOnce(int number) {
        return new SyncSettings(number, attempts, firstPause, longestPause);
    }
}
