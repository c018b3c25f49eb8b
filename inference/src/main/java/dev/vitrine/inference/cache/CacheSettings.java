package dev.vitrine.inference.cache;

import java.time.Duration;

/**
 * What a model's answers are kept for.
 *
 * @param ttl how long an answer is as good as a new one; zero keeps none
 * @param staleFor how much longer it is still given, while a new one is worked out
 * @param bytes of answers kept at most; those asked for least go first
 * @param rows whether each row of a request has an answer of its own, whatever the others are
 */
public record CacheSettings(Duration ttl, Duration staleFor, long bytes, boolean rows) {
    /** Nothing is kept and nothing is shared. */
    public static final CacheSettings OFF =
            new CacheSettings(Duration.ZERO, Duration.ZERO, 0, false);

    public CacheSettings {
        if (ttl.isNegative() || staleFor.isNegative() || bytes < 0) {
            throw new IllegalArgumentException(
                    "ttl " + ttl + ", staleFor " + staleFor + ", bytes " + bytes);
        }
    }

    public boolean isOn() {
        return ttl.isPositive();
    }
}
