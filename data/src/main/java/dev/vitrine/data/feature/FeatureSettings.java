package dev.vitrine.data.feature;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;

/**
 * Bounds and weights of the feature state. Two states with different settings are different states:
 * a snapshot is refused under settings other than those it was made with.
 *
 * @param duplicateWindow how many of the last event ids are remembered to ignore repeats
 */
public record FeatureSettings(
        ShopperLimits shoppers,
        Decay decay,
        PairLimits pairs,
        TypeWeights weights,
        int duplicateWindow) {
    public FeatureSettings {
        atLeast(duplicateWindow, 1, "duplicateWindow");
    }

    public static FeatureSettings defaults() {
        return new FeatureSettings(
                ShopperLimits.defaults(),
                Decay.defaults(),
                PairLimits.defaults(),
                TypeWeights.defaults(),
                65_536);
    }

    public FeatureSettings with(ShopperLimits limits) {
        return new FeatureSettings(limits, decay, pairs, weights, duplicateWindow);
    }

    public FeatureSettings with(PairLimits limits) {
        return new FeatureSettings(shoppers, decay, limits, weights, duplicateWindow);
    }

    public FeatureSettings with(Decay halfLives) {
        return new FeatureSettings(shoppers, halfLives, pairs, weights, duplicateWindow);
    }

    public FeatureSettings with(TypeWeights typeWeights) {
        return new FeatureSettings(shoppers, decay, pairs, typeWeights, duplicateWindow);
    }

    public FeatureSettings withDuplicateWindow(int window) {
        return new FeatureSettings(shoppers, decay, pairs, weights, window);
    }

    /**
     * What is kept of people.
     *
     * @param shoppers people in memory; beyond it the least recently active is forgotten
     * @param interactions last item interactions of one
     * @param searches last searches of one
     * @param cart different items in a cart
     * @param purchases different items bought, the latest ones
     * @param visitors visitor ids that lead to one user, the latest ones
     */
    public record ShopperLimits(
            int shoppers, int interactions, int searches, int cart, int purchases, int visitors) {
        public ShopperLimits {
            atLeast(shoppers, 1, "shoppers.shoppers");
            atLeast(interactions, 1, "shoppers.interactions");
            atLeast(searches, 1, "shoppers.searches");
            atLeast(cart, 1, "shoppers.cart");
            atLeast(purchases, 1, "shoppers.purchases");
            atLeast(visitors, 1, "shoppers.visitors");
        }

        public static ShopperLimits defaults() {
            return new ShopperLimits(1_000_000, 100, 20, 50, 64, 16);
        }

        public ShopperLimits withShoppers(int count) {
            return new ShopperLimits(count, interactions, searches, cart, purchases, visitors);
        }
    }

    /**
     * Half-lives, each at least a minute.
     *
     * @param counts of an item's counts by type of event
     * @param popularity of an item's weighted popularity
     * @param trend the short one that trending compares popularity with
     * @param pairs of items seen or bought together, and of clicks on a query
     * @param taste of what a shopper's interactions say about tastes
     */
    public record Decay(
            Duration counts, Duration popularity, Duration trend, Duration pairs, Duration taste) {
        public Decay {
            halfLife(counts, "decay.counts");
            halfLife(popularity, "decay.popularity");
            halfLife(trend, "decay.trend");
            halfLife(pairs, "decay.pairs");
            halfLife(taste, "decay.taste");
        }

        public static Decay defaults() {
            return new Decay(
                    Duration.ofDays(30),
                    Duration.ofDays(14),
                    Duration.ofDays(2),
                    Duration.ofDays(60),
                    Duration.ofDays(30));
        }

        private static void halfLife(Duration value, String key) {
            if (value.compareTo(Duration.ofMinutes(1)) < 0
                    || value.compareTo(Duration.ofDays(3650)) > 0) {
                throw invalid(key, "a half-life between PT1M and P3650D", value.toString());
            }
        }
    }

    /**
     * What is kept about items that go together.
     *
     * @param neighbours entries per item and kind of pair
     * @param sessionReach how many earlier items of the session a view is paired with
     * @param sessionGap a pause longer than this ends a session
     * @param orderReach how many items of one order are paired with each other
     * @param orderGap purchases of one shopper closer than this are one order, for shops that send
     *     an event per product
     * @param queries different queries whose clicks are kept; the least recently clicked goes
     * @param clicksPerQuery items kept per query
     */
    public record PairLimits(
            int neighbours,
            int sessionReach,
            Duration sessionGap,
            int orderReach,
            Duration orderGap,
            int queries,
            int clicksPerQuery) {
        public PairLimits {
            atLeast(neighbours, 1, "pairs.neighbours");
            atLeast(sessionReach, 0, "pairs.sessionReach");
            atLeast(orderReach, 0, "pairs.orderReach");
            atLeast(queries, 1, "pairs.queries");
            atLeast(clicksPerQuery, 1, "pairs.clicksPerQuery");
        }

        public static PairLimits defaults() {
            return new PairLimits(
                    32, 5, Duration.ofMinutes(30), 20, Duration.ofMinutes(5), 100_000, 16);
        }
    }

    private static void atLeast(int value, int least, String key) {
        if (value < least) {
            throw invalid(key, "at least " + least, Integer.toString(value));
        }
    }

    private static VitrineException invalid(String key, String expected, String found) {
        return VitrineException.field(
                DataError.FEATURES_INVALID,
                key,
                key + ": expected " + expected + ", found " + found);
    }
}
