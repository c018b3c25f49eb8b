package dev.vitrine.retrieval.candidate;

import java.util.stream.IntStream;

/**
 * What one shopper did, as models see it.
 *
 * @param items item numbers, oldest first; an item may occur more than once
 * @param weights one per item, positive; 1 for plain membership
 */
public record History(int[] items, float[] weights) {
    public static final History EMPTY = new History(new int[0], new float[0]);

    public History {
        if (items.length != weights.length) {
            throw new IllegalArgumentException(
                    items.length + " items but " + weights.length + " weights");
        }
    }

    /** Every item with weight 1. */
    public static History of(int... items) {
        float[] weights = new float[items.length];
        java.util.Arrays.fill(weights, 1f);
        return new History(items, weights);
    }

    /** The same without an item, however often it occurs. */
    public History without(int item) {
        int[] kept = IntStream.range(0, items.length).filter(i -> items[i] != item).toArray();
        if (kept.length == items.length) {
            return this;
        }
        int[] others = new int[kept.length];
        float[] theirs = new float[kept.length];
        for (int i = 0; i < kept.length; i++) {
            others[i] = items[kept[i]];
            theirs[i] = weights[kept[i]];
        }
        return new History(others, theirs);
    }

    public int size() {
        return items.length;
    }
}
