package dev.vitrine.server.wiring;

import dev.vitrine.inference.cache.CacheSettings;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model declares of how it is served; kept with it in the registry, as parameters.
 *
 * @param ladder what answers instead under pressure, the best first: names of models, or {@code
 *     cached}
 */
public record ServingOptions(CacheSettings cache, List<String> ladder) {
    public static final ServingOptions NONE = new ServingOptions(CacheSettings.OFF, List.of());

    private static final String TTL = "cache.ttl";
    private static final String STALE = "cache.stale";
    private static final String BYTES = "cache.bytes";
    private static final String ROWS = "cache.rows";
    private static final String LADDER = "ladder";
    private static final int MOST_STEPS = 8;

    public ServingOptions {
        ladder = List.copyOf(ladder);
        if (ladder.size() > MOST_STEPS || ladder.stream().anyMatch(String::isBlank)) {
            throw VitrineException.field(
                    ServerError.USAGE,
                    LADDER,
                    "ladder: expected at most "
                            + MOST_STEPS
                            + " names with commas between, found "
                            + ladder);
        }
        boolean keeps = cache.isOn() && !cache.rows();
        if (ladder.contains(InferencePath.CACHED) && !keeps) {
            throw VitrineException.field(
                    ServerError.USAGE,
                    LADDER,
                    "ladder: the step '"
                            + InferencePath.CACHED
                            + "' needs a cache of whole answers");
        }
    }

    /**
     * Reads what was declared; texts are empty where nothing was.
     *
     * @param ttl such as {@code PT5M}
     * @param size such as {@code 64MiB}
     * @param ladder names with commas between
     */
    public static ServingOptions of(
            String ttl, String stale, String size, boolean rows, String ladder) {
        Duration kept = duration("cache", ttl);
        return new ServingOptions(
                kept.isZero()
                        ? CacheSettings.OFF
                        : new CacheSettings(
                                kept,
                                duration("cache-stale", stale),
                                size.isEmpty()
                                        ? DataSize.ofMebibytes(64).bytes()
                                        : DataSize.of(size).bytes(),
                                rows),
                ladder.isBlank()
                        ? List.of()
                        : Arrays.stream(ladder.split(",")).map(String::strip).toList());
    }

    private static Duration duration(String option, String text) {
        if (text.isEmpty()) {
            return Duration.ZERO;
        }
        try {
            Duration duration = Duration.parse(text);
            if (!duration.isNegative()) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // answered below, with what was expected
        }
        throw VitrineException.field(
                ServerError.USAGE,
                option,
                option + ": expected a duration such as PT5M, found '" + text + "'");
    }

    /** As parameters of a registered model. */
    public Map<String, String> parameters() {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (cache.isOn()) {
            parameters.put(TTL, cache.ttl().toString());
            parameters.put(STALE, cache.staleFor().toString());
            parameters.put(BYTES, Long.toString(cache.bytes()));
            parameters.put(ROWS, Boolean.toString(cache.rows()));
        }
        if (!ladder.isEmpty()) {
            parameters.put(LADDER, String.join(",", ladder));
        }
        return parameters;
    }

    /** What {@link #parameters} wrote. */
    public static ServingOptions read(Map<String, String> parameters) {
        return of(
                parameters.getOrDefault(TTL, ""),
                parameters.getOrDefault(STALE, ""),
                parameters.getOrDefault(BYTES, ""),
                Boolean.parseBoolean(parameters.getOrDefault(ROWS, "")),
                parameters.getOrDefault(LADDER, ""));
    }
}
