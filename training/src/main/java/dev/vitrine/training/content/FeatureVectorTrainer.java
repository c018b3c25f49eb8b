package dev.vitrine.training.content;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.table.FeatureVectors;
import dev.vitrine.retrieval.table.FrequentFeatures;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what features of products tell of the vectors that a model learned for items: vectors F of
 * the features that make the sum of |v - W F|² over the items offered, and of |F|², least (ridge
 * regression), by conjugate gradients on all columns at once. A step is two passes over the
 * features of all items offered; {@link #STEPS} are enough, as errors shrink by a constant share in
 * each. What is offered is kept by reference until the fit.
 *
 * <p>A product that comes later often says less than those that are there. So each is best offered
 * twice, with all it says and with its texts alone: then words do not rely on categories and brands
 * to say the same.
 */
public final class FeatureVectorTrainer {
    private static final double RIDGE = 1;
    private static final int STEPS = 30;

    /** Squared length of what is left, as a share of the beginning, at which all is found. */
    private static final double ENOUGH = 1e-10;

    private final FrequentFeatures features;
    private final int width;
    private final List<Row> rows = new ArrayList<>();

    private record Row(FrequentFeatures.Of features, float[] vectors, int at) {}

    /**
     * @param width of item vectors
     */
    public FeatureVectorTrainer(FrequentFeatures features, int width) {
        this.features = features;
        this.width = width;
    }

    /**
     * Offers an item; one without features or with a vector of zeros is passed over.
     *
     * @param vectors the item's from {@code at} on; not copied
     */
    public void add(FrequentFeatures.Of item, float[] vectors, int at) {
        boolean zero = true;
        for (int d = 0; d < width; d++) {
            zero &= vectors[at + d] == 0;
        }
        if (!zero && item.features().length > 0) {
            rows.add(new Row(item, vectors, at));
        }
    }

    /** Items that were offered and not passed over. */
    public int size() {
        return rows.size();
    }

    /**
     * Fits the vectors of all features; of one that no item offered has, they are zeros.
     *
     * @throws VitrineException FIT_FAILED when a vector that was offered is not finite
     */
    public FeatureVectors fit() {
        float[] found = new float[features.size() * width];
        float[] residual = new float[found.length];
        for (Row row : rows) {
            add(row.features, row.vectors, row.at, residual);
        }
        float[] direction = residual.clone();
        double square = product(residual, residual);
        double first = square;
        if (!Double.isFinite(square)) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED,
                    "the vectors of items that features are fitted to are not finite");
        }
        for (int step = 0; step < STEPS && square > ENOUGH * first; step++) {
            float[] image = image(direction);
            double along = square / product(direction, image);
            for (int i = 0; i < found.length; i++) {
                found[i] += (float) (along * direction[i]);
                residual[i] -= (float) (along * image[i]);
            }
            double next = product(residual, residual);
            for (int i = 0; i < found.length; i++) {
                direction[i] = (float) (residual[i] + next / square * direction[i]);
            }
            square = next;
        }
        return new FeatureVectors(features, width, found);
    }

    /**
     * As {@link #fit}, and all then made longer by one number: so that items are, by their features
     * alone, on average as long as they were offered. What features do not tell is missing from
     * their sum, and where a longer vector means more, products that nobody has met would be kept
     * behind all others for that.
     */
    public FeatureVectors fitAsLong() {
        FeatureVectors told = fit();
        double wanted = 0;
        double found = 0;
        for (Row row : rows) {
            wanted += length(row.vectors, row.at);
            found += length(told.of(row.features), 0);
        }
        float longer = found > 0 ? (float) (wanted / found) : 1;
        float[] vectors = told.vectors().clone();
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] *= longer;
        }
        return new FeatureVectors(features, width, vectors);
    }

    private double length(float[] in, int at) {
        double squares = 0;
        for (int d = 0; d < width; d++) {
            squares += (double) in[at + d] * in[at + d];
        }
        return Math.sqrt(squares);
    }

    /** (W' W + ridge) times a direction. */
    private float[] image(float[] direction) {
        float[] image = new float[direction.length];
        float[] sum = new float[width];
        for (Row row : rows) {
            java.util.Arrays.fill(sum, 0);
            for (int f = 0; f < row.features.features().length; f++) {
                int from = row.features.features()[f] * width;
                float weight = row.features.weights()[f];
                for (int d = 0; d < width; d++) {
                    sum[d] += weight * direction[from + d];
                }
            }
            add(row.features, sum, 0, image);
        }
        for (int i = 0; i < image.length; i++) {
            image[i] += (float) (RIDGE * direction[i]);
        }
        return image;
    }

    /** Adds a vector to those of some features, by their weights. */
    private void add(FrequentFeatures.Of item, float[] from, int at, float[] to) {
        for (int f = 0; f < item.features().length; f++) {
            int row = item.features()[f] * width;
            for (int d = 0; d < width; d++) {
                to[row + d] += item.weights()[f] * from[at + d];
            }
        }
    }

    private static double product(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }
}
