package dev.vitrine.data.feature;

import dev.vitrine.data.event.EventType;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Decayed sums per item: six counts by type of event, popularity, and popularity with a short
 * half-life; eight doubles, one cache line. One thread writes, any number read. Decay is forward as
 * in {@link PairTable}; the order of two items by one sum therefore never changes between events.
 */
final class ItemCounters {
    static final int POPULARITY = 6;
    static final int TREND = 7;
    private static final int SLOTS = 8;
    private static final int CHUNK_ITEMS = 1024;
    private static final double FARTHEST = 400;
    private static final VarHandle VALUE = MethodHandles.arrayElementVarHandle(double[].class);

    private final double[] halfLives = new double[SLOTS];
    private final double shortest;
    private volatile Epoch epoch = new Epoch(Long.MIN_VALUE, new double[0][]);
    private volatile int items;
    private long scaledFor = Long.MIN_VALUE;
    private final double[] scale = new double[SLOTS];

    private record Epoch(long landmark, double[][] chunks) {}

    ItemCounters(FeatureSettings.Decay decay) {
        Arrays.fill(halfLives, decay.counts().toMillis());
        halfLives[POPULARITY] = decay.popularity().toMillis();
        halfLives[TREND] = decay.trend().toMillis();
        double least = Double.POSITIVE_INFINITY;
        for (double halfLife : halfLives) {
            least = Math.min(least, halfLife);
        }
        shortest = least;
    }

    /** Where the count of a type is kept; -1 when it is not counted. */
    static int slot(EventType type) {
        return switch (type) {
            case DETAIL_PAGE_VIEW -> 0;
            case CLICK -> 1;
            case ADD_TO_CART -> 2;
            case PURCHASE_COMPLETE -> 3;
            case IMPRESSION -> 4;
            case RATING -> 5;
            case SEARCH,
                    COMPLETION,
                    HOME_PAGE_VIEW,
                    CATEGORY_PAGE_VIEW,
                    REMOVE_FROM_CART,
                    SHOPPING_CART_PAGE_VIEW,
                    REFUND,
                    AD_IMPRESSION,
                    AD_CLICK,
                    STOCK_CHANGE ->
                    -1;
        };
    }

    /**
     * Counts an event.
     *
     * @param slot of its type, -1 for none
     * @param weight added to popularity, may be 0
     */
    void add(int item, int slot, float weight, long time) {
        Epoch now = epochFor(time, item);
        double[] chunk = now.chunks[item / CHUNK_ITEMS];
        int base = item % CHUNK_ITEMS * SLOTS;
        if (slot >= 0) {
            add(chunk, base + slot, scale[slot]);
        }
        if (weight > 0) {
            add(chunk, base + POPULARITY, weight * scale[POPULARITY]);
            add(chunk, base + TREND, weight * scale[TREND]);
        }
    }

    private static void add(double[] chunk, int at, double amount) {
        VALUE.setOpaque(chunk, at, chunk[at] + amount);
    }

    int items() {
        return items;
    }

    /** The decayed sum at {@code now}. */
    double value(int item, int slot, long now) {
        Epoch seen = epoch;
        int chunk = item / CHUNK_ITEMS;
        if (item < 0 || chunk >= seen.chunks.length) {
            return 0;
        }
        double stored =
                (double) VALUE.getOpaque(seen.chunks[chunk], item % CHUNK_ITEMS * SLOTS + slot);
        return stored == 0 ? 0 : stored * factor(seen, slot, now);
    }

    /** Copies the sums of all items at {@code now}, as far as {@code target} is long. */
    void values(int slot, long now, float[] target) {
        Epoch seen = epoch;
        double factor = factor(seen, slot, now);
        int count = Math.min(target.length, seen.chunks.length * CHUNK_ITEMS);
        for (int item = 0; item < count; item++) {
            double[] chunk = seen.chunks[item / CHUNK_ITEMS];
            target[item] =
                    (float)
                            ((double) VALUE.getOpaque(chunk, item % CHUNK_ITEMS * SLOTS + slot)
                                    * factor);
        }
    }

    private double factor(Epoch seen, int slot, long now) {
        return Exp2.of(Math.min(FARTHEST, (seen.landmark - now) / halfLives[slot]));
    }

    private Epoch epochFor(long time, int item) {
        Epoch now = epoch;
        long landmark = now.landmark;
        double[][] chunks = now.chunks;
        if (landmark == Long.MIN_VALUE) {
            landmark = time;
        } else if ((time - landmark) / shortest > FARTHEST) {
            chunks = moved(chunks, landmark, time);
            landmark = time;
        }
        if (item >= items) {
            items = item + 1;
            int needed = item / CHUNK_ITEMS + 1;
            if (needed > chunks.length) {
                int old = chunks.length;
                chunks = Arrays.copyOf(chunks, needed);
                for (int i = old; i < needed; i++) {
                    chunks[i] = new double[CHUNK_ITEMS * SLOTS];
                }
            }
        }
        if (chunks.length != now.chunks.length || landmark != now.landmark) {
            epoch = new Epoch(landmark, chunks);
            scaledFor = Long.MIN_VALUE;
        }
        if (time != scaledFor) {
            scaledFor = time;
            double counts = Exp2.of((time - landmark) / halfLives[0]);
            Arrays.fill(scale, 0, POPULARITY, counts);
            scale[POPULARITY] = Exp2.of((time - landmark) / halfLives[POPULARITY]);
            scale[TREND] = Exp2.of((time - landmark) / halfLives[TREND]);
        }
        return epoch;
    }

    private double[][] moved(double[][] chunks, long from, long to) {
        double[] factors = new double[SLOTS];
        for (int slot = 0; slot < SLOTS; slot++) {
            factors[slot] = Exp2.of((from - to) / halfLives[slot]);
        }
        double[][] result = new double[chunks.length][];
        for (int c = 0; c < chunks.length; c++) {
            double[] old = chunks[c];
            double[] next = new double[old.length];
            for (int i = 0; i < old.length; i++) {
                next[i] = old[i] * factors[i % SLOTS];
            }
            result[c] = next;
        }
        return result;
    }

    void save(StateWriter out) {
        Epoch now = epoch;
        out.putLong(now.landmark);
        out.putInt(items);
        for (int item = 0; item < items; item++) {
            double[] chunk = now.chunks[item / CHUNK_ITEMS];
            int base = item % CHUNK_ITEMS * SLOTS;
            for (int slot = 0; slot < SLOTS; slot++) {
                out.putDouble(chunk[base + slot]);
            }
        }
    }

    void load(StateReader in) {
        long landmark = in.getLong();
        int count = in.getCount(SLOTS * Double.BYTES);
        double[][] chunks = new double[(count + CHUNK_ITEMS - 1) / CHUNK_ITEMS][];
        for (int c = 0; c < chunks.length; c++) {
            chunks[c] = new double[CHUNK_ITEMS * SLOTS];
        }
        for (int item = 0; item < count; item++) {
            double[] chunk = chunks[item / CHUNK_ITEMS];
            int base = item % CHUNK_ITEMS * SLOTS;
            for (int slot = 0; slot < SLOTS; slot++) {
                chunk[base + slot] = in.getDouble();
            }
        }
        epoch = new Epoch(landmark, chunks);
        items = count;
    }
}
