package dev.vitrine.data.feature;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * A short list of items with weights in one {@code long[]}: the item in the upper 32 bits, the bits
 * of a positive float weight in the lower; 0 is a free place. One thread writes; a reader sees
 * every entry whole, because an entry is one long.
 *
 * <p>Where a full row meets a new item, the lightest entry gives way and the newcomer takes over
 * its weight on top of its own (Space-Saving, Metwally, Agrawal and El Abbadi 2005): an item with
 * more than 1/length of the row's weight is never lost, at the price of too high weights at the
 * row's end.
 */
final class WeightedRow {
    static final long[] EMPTY = new long[0];

    private static final VarHandle ENTRY = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int SMALLEST = 4;

    private WeightedRow() {}

    /**
     * Adds weight to an item.
     *
     * @return the row to keep: {@code row}, or a longer copy of it that readers have not seen
     */
    static long[] add(long[] row, int item, float weight, int longest) {
        int lightest = -1;
        float least = Float.POSITIVE_INFINITY;
        for (int i = 0; i < row.length; i++) {
            long entry = row[i];
            if (entry == 0) {
                ENTRY.setOpaque(row, i, pack(item, weight));
                return row;
            }
            float old = weight(entry);
            if (item(entry) == item) {
                ENTRY.setOpaque(row, i, pack(item, old + weight));
                return row;
            }
            if (old < least) {
                least = old;
                lightest = i;
            }
        }
        if (row.length < longest) {
            int used = row.length;
            long[] longer = Arrays.copyOf(row, Math.min(longest, used == 0 ? SMALLEST : used * 2));
            longer[used] = pack(item, weight);
            return longer;
        }
        ENTRY.setOpaque(row, lightest, pack(item, least + weight));
        return row;
    }

    /** Stored weight of an item; 0 when it is not in the row. */
    static float find(long[] row, int item) {
        for (int i = 0; i < row.length; i++) {
            long entry = (long) ENTRY.getOpaque(row, i);
            if (entry == 0) {
                return 0;
            }
            if (item(entry) == item) {
                return weight(entry);
            }
        }
        return 0;
    }

    /** The entries, heaviest first, with weights times {@code factor}; none that come to 0. */
    static WeightedItems sorted(long[] row, double factor) {
        long[] ranked = new long[row.length];
        int count = 0;
        for (int i = 0; i < row.length; i++) {
            long entry = (long) ENTRY.getOpaque(row, i);
            float weight = (float) (weight(entry) * factor);
            if (entry != 0 && weight > 0) {
                ranked[count++] = TopRanked.rank(item(entry), weight);
            }
        }
        return TopRanked.unpack(ranked, count);
    }

    /** A copy with weights times {@code factor}; what comes to nothing is left out. */
    static long[] rescaled(long[] row, double factor) {
        long[] result = new long[row.length];
        int count = 0;
        for (long entry : row) {
            float weight = (float) (weight(entry) * factor);
            if (entry != 0 && weight > 0) {
                result[count++] = pack(item(entry), weight);
            }
        }
        return result;
    }

    /** Entries in use. */
    static int used(long[] row) {
        int used = 0;
        while (used < row.length && row[used] != 0) {
            used++;
        }
        return used;
    }

    /** Places that a row of {@code used} entries grew to. */
    static int capacity(int used, int longest) {
        int capacity = used == 0 ? 0 : SMALLEST;
        while (capacity < used) {
            capacity *= 2;
        }
        return Math.min(capacity, longest);
    }

    private static long pack(int item, float weight) {
        // A weight that underflowed would make item 0 look like a free place.
        return ((long) item << 32) | Float.floatToRawIntBits(Math.max(weight, Float.MIN_VALUE));
    }

    private static int item(long entry) {
        return (int) (entry >>> 32);
    }

    private static float weight(long entry) {
        return Float.intBitsToFloat((int) entry);
    }
}
