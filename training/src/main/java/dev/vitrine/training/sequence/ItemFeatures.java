package dev.vitrine.training.sequence;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * What is known of items besides who met them: categories, brands, words, by number. An item's
 * vector is its own plus the weighted sum of its features' vectors, so items that are alike help
 * each other, and one that was never seen has a vector as soon as it is described.
 *
 * @param count different features
 * @param features for each item, each from 0 to below {@code count}
 * @param weights for each item's features; those of one item usually have a length of 1
 * @param hidden share of the items whose own vector is left out of a training step, so that
 *     features learn to speak for an item alone; from 0 to below 1
 */
public record ItemFeatures(int count, int[][] features, float[][] weights, double hidden) {
    /** Nothing is known. */
    public static final ItemFeatures NONE = new ItemFeatures(0, new int[0][], new float[0][], 0);

    public ItemFeatures {
        if (features.length != weights.length || !(hidden >= 0 && hidden < 1)) {
            throw invalid(
                    "features of "
                            + features.length
                            + " items, weights of "
                            + weights.length
                            + ", hidden "
                            + hidden);
        }
        for (int item = 0; item < features.length; item++) {
            if (features[item].length != weights[item].length) {
                throw invalid(
                        "item "
                                + item
                                + " has "
                                + features[item].length
                                + " features and "
                                + weights[item].length
                                + " weights");
            }
            for (int i = 0; i < features[item].length; i++) {
                if (features[item][i] < 0 || features[item][i] >= count) {
                    throw invalid(
                            "item "
                                    + item
                                    + " has the feature "
                                    + features[item][i]
                                    + " of "
                                    + count);
                }
                if (!Float.isFinite(weights[item][i])) {
                    throw invalid("item " + item + " has a weight of " + weights[item][i]);
                }
            }
        }
    }

    /**
     * Features that weigh alike, each item's with a length of 1.
     *
     * @param hidden see above
     */
    public static ItemFeatures alike(int count, int[][] features, double hidden) {
        float[][] weights = new float[features.length][];
        for (int item = 0; item < features.length; item++) {
            weights[item] = new float[features[item].length];
            java.util.Arrays.fill(
                    weights[item], (float) (1 / Math.sqrt(Math.max(1, features[item].length))));
        }
        return new ItemFeatures(count, features, weights, hidden);
    }

    boolean none() {
        return count == 0;
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(TrainingError.DATA_UNSUITABLE, what);
    }
}
