package dev.vitrine.training.popularity;

import dev.vitrine.retrieval.table.Popularity;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Sums the weights of events per item, an event of one half-life ago counting half. Not
 * thread-safe.
 */
public final class DecayedCounts {
    /** Between the steps of a category path in the keys of {@link Popularity}. */
    public static final String PATH_SEPARATOR = " > ";

    private final float[] counts;
    private final double halfLifeMillis;
    private final long now;

    /**
     * @param items number of items
     * @param halfLife age at which an event counts half, positive
     * @param now the moment that ages are counted from, epoch milliseconds; usually the last event
     */
    public DecayedCounts(int items, Duration halfLife, long now) {
        if (halfLife.isNegative() || halfLife.isZero()) {
            throw new IllegalArgumentException("the half-life must be positive: " + halfLife);
        }
        this.counts = new float[items];
        this.halfLifeMillis = halfLife.toMillis();
        this.now = now;
    }

    /**
     * Counts an event; one later than {@code now} counts in full.
     *
     * @param weight what the kind of event is worth, not negative
     */
    public void add(int item, long time, float weight) {
        double age = Math.max(0.0, (double) now - time);
        counts[item] += (float) (weight * Math.pow(0.5, age / halfLifeMillis));
    }

    /**
     * The popularity of all items, with a list for each category and each category above it. Items
     * that were never wanted are in no list.
     *
     * @param categories the paths of an item from the root; empty when it has none
     */
    public Popularity build(IntFunction<List<List<String>>> categories) {
        Map<String, Members> byCategory = new HashMap<>();
        for (int item = 0; item < counts.length; item++) {
            if (counts[item] > 0) {
                for (List<String> path : categories.apply(item)) {
                    addToAll(path, item, byCategory);
                }
            }
        }
        Map<String, int[]> lists = new HashMap<>();
        byCategory.forEach((key, members) -> lists.put(key, members.toArray()));
        return new Popularity(counts.clone(), lists);
    }

    private static void addToAll(List<String> path, int item, Map<String, Members> byCategory) {
        StringBuilder key = new StringBuilder();
        for (String step : path) {
            key.append(key.isEmpty() ? "" : PATH_SEPARATOR).append(step);
            byCategory.computeIfAbsent(key.toString(), unused -> new Members()).add(item);
        }
    }

    /** Item numbers in rising order; two paths of one item may share a category. */
    private static final class Members {
        private int[] items = new int[4];
        private int size;

        void add(int item) {
            if (size > 0 && items[size - 1] == item) {
                return;
            }
            if (size == items.length) {
                items = Arrays.copyOf(items, size * 2);
            }
            items[size++] = item;
        }

        int[] toArray() {
            return Arrays.copyOf(items, size);
        }
    }
}
