package dev.vitrine.data.feature;

/**
 * Items with weights, the heaviest first, equal weights by item number.
 *
 * @param items item numbers
 * @param weights one per item, positive
 */
public record WeightedItems(int[] items, float[] weights) {
    public static final WeightedItems EMPTY = new WeightedItems(new int[0], new float[0]);

    public int size() {
        return items.length;
    }
}
