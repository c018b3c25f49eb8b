package dev.vitrine.data.cleaning;

import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The thresholds of all rules; what is left out (null or 0 when read from a file) takes its
 * default.
 *
 * @param floor events before it have an impossible time; default 1995-01-01
 * @param skew how far a clock may run ahead; default 5 minutes
 * @param repeatWithin the same visitor doing the same within this time counts once; default 1 s
 * @param priceDeviations a price is outlying when its logarithm is more than this many robust
 *     standard deviations (1.4826 MAD) from the median; default 6
 * @param leastPriceFactor and when it is at least this many times higher or lower; default 5
 * @param leastPriceSamples an item with fewer prices is compared with all prices of the shop, with
 *     ten times the factor; default 8
 * @param quantityFactor a quantity is outlying above this many times the median; default 100
 * @param robotEventsPerMinute more events (impressions not counted) than this within any 60 s are
 *     not a person's; default 120
 * @param robotRegularEvents at least this many gaps of at most {@code robotRegularGap} are needed
 *     to judge regularity; default 50
 * @param robotRegularGap default 30 s
 * @param robotRegularity a visitor whose short gaps have a coefficient of variation below this is
 *     not a person; default 0.1
 */
public record CleaningSettings(
        Instant floor,
        Duration skew,
        Duration repeatWithin,
        double priceDeviations,
        double leastPriceFactor,
        int leastPriceSamples,
        double quantityFactor,
        int robotEventsPerMinute,
        int robotRegularEvents,
        Duration robotRegularGap,
        double robotRegularity) {
    public static final CleaningSettings DEFAULTS =
            new CleaningSettings(null, null, null, 0, 0, 0, 0, 0, 0, null, 0);

    public CleaningSettings(
            @Nullable Instant floor,
            @Nullable Duration skew,
            @Nullable Duration repeatWithin,
            double priceDeviations,
            double leastPriceFactor,
            int leastPriceSamples,
            double quantityFactor,
            int robotEventsPerMinute,
            int robotRegularEvents,
            @Nullable Duration robotRegularGap,
            double robotRegularity) {
        this.floor = floor == null ? Instant.parse("1995-01-01T00:00:00Z") : floor;
        this.skew = skew == null ? Duration.ofMinutes(5) : skew;
        this.repeatWithin = repeatWithin == null ? Duration.ofSeconds(1) : repeatWithin;
        this.priceDeviations = orDefault("priceDeviations", priceDeviations, 6);
        this.leastPriceFactor = orDefault("leastPriceFactor", leastPriceFactor, 5);
        this.leastPriceSamples = (int) orDefault("leastPriceSamples", leastPriceSamples, 8);
        this.quantityFactor = orDefault("quantityFactor", quantityFactor, 100);
        this.robotEventsPerMinute =
                (int) orDefault("robotEventsPerMinute", robotEventsPerMinute, 120);
        this.robotRegularEvents = (int) orDefault("robotRegularEvents", robotRegularEvents, 50);
        this.robotRegularGap = robotRegularGap == null ? Duration.ofSeconds(30) : robotRegularGap;
        this.robotRegularity = orDefault("robotRegularity", robotRegularity, 0.1);
    }

    private static double orDefault(String key, double value, double otherwise) {
        if (!(value >= 0)) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID, key, key + " must be positive, found " + value);
        }
        return value == 0 ? otherwise : value;
    }
}
