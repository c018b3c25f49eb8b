package dev.vitrine.training.evaluation;

import java.util.Arrays;

/** How alike two items are: what the diversity of a list goes by. */
@FunctionalInterface
public interface ItemLikeness {
    /** From 0 to 1; NaN where nothing is known of one of the two. */
    double of(int a, int b);

    /**
     * Alike are items of the same category.
     *
     * @param category by item; below 0 where it has none
     */
    static ItemLikeness ofCategories(int[] category) {
        return (a, b) -> {
            if (category[a] < 0 || category[b] < 0) {
                return Double.NaN;
            }
            return category[a] == category[b] ? 1 : 0;
        };
    }

    /**
     * The share of the attributes of either that both have (Jaccard).
     *
     * @param attributes numbers by item, in any order
     */
    static ItemLikeness ofAttributes(int[][] attributes) {
        int[][] sorted = new int[attributes.length][];
        for (int item = 0; item < sorted.length; item++) {
            sorted[item] = Arrays.stream(attributes[item]).sorted().distinct().toArray();
        }
        return (a, b) -> shared(sorted[a], sorted[b]);
    }

    private static double shared(int[] a, int[] b) {
        if (a.length == 0 || b.length == 0) {
            return Double.NaN;
        }
        int both = 0;
        int i = 0;
        int j = 0;
        while (i < a.length && j < b.length) {
            if (a[i] == b[j]) {
                both++;
                i++;
                j++;
            } else if (a[i] < b[j]) {
                i++;
            } else {
                j++;
            }
        }
        return both / (double) (a.length + b.length - both);
    }
}
