package dev.vitrine.training.content;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.table.ContentFeatures;
import dev.vitrine.retrieval.table.ContentModel;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.SplittableRandom;

/**
 * Fits a {@link ContentModel} on a catalogue: products are offered one by one, kept as sparse
 * TF-IDF rows (a seeded sample of at most {@link #MOST_PRODUCTS}), and then projected on the
 * leading right singular vectors. Memory is about 1 KiB per kept product plus 40 MiB.
 */
public final class ContentTrainer {
    /** A larger catalogue is sampled: directions of meaning need no more to be found. */
    public static final int MOST_PRODUCTS = 200_000;

    /** A feature of fewer products is a model number or a misspelling. */
    private static final int FEWEST_PRODUCTS = 2;

    private final int dimensions;
    private final int most;
    private final long seed;
    private final SplittableRandom random;
    private final ContentFeatures features = new ContentFeatures(ContentModel.BUCKETS);
    private final int[][] buckets;
    private final float[][] weights;
    private int offered;
    private int kept;

    /**
     * @param seed of the sample and of the search for directions
     */
    public ContentTrainer(int dimensions, long seed) {
        this(dimensions, MOST_PRODUCTS, seed);
    }

    ContentTrainer(int dimensions, int most, long seed) {
        this.dimensions = dimensions;
        this.most = most;
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.buckets = new int[most][];
        this.weights = new float[most][];
    }

    /** Offers a product; one that says nothing is passed over. */
    public void add(Product product) {
        features.extract(product);
        if (features.size() == 0) {
            return;
        }
        // Reservoir sampling: every product offered so far is kept with the same chance.
        offered++;
        int place = kept < most ? kept++ : random.nextInt(offered);
        if (place < most) {
            int n = features.size();
            int[] row = new int[n];
            float[] values = new float[n];
            for (int i = 0; i < n; i++) {
                row[i] = features.bucket(i);
                values[i] = features.weight(i);
            }
            buckets[place] = row;
            weights[place] = values;
        }
    }

    /** Number of products that will be fitted on. */
    public int products() {
        return kept;
    }

    /**
     * Fits the model.
     *
     * @throws VitrineException DATA_UNSUITABLE when no two products said the same thing
     */
    public ContentModel fit(ParallelBlocks parallel, Progress progress) {
        progress.start("content vectors", "passes", TruncatedSvd.PASSES);
        float[] idf = inverseFrequencies();
        InteractionMatrix matrix = rows(idf);
        if (matrix.entries() == 0) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "none of the " + kept + " products shares a word or an attribute with another");
        }
        float[] projection =
                TruncatedSvd.rightVectors(matrix, dimensions, seed, parallel, progress);
        progress.finish(kept + " products in " + dimensions + " dimensions");
        return new ContentModel(dimensions, idf, projection);
    }

    private float[] inverseFrequencies() {
        int[] products = new int[ContentModel.BUCKETS];
        for (int p = 0; p < kept; p++) {
            for (int bucket : buckets[p]) {
                products[bucket]++;
            }
        }
        float[] idf = new float[ContentModel.BUCKETS];
        for (int b = 0; b < idf.length; b++) {
            if (products[b] >= FEWEST_PRODUCTS) {
                idf[b] = (float) Math.log((1.0 + kept) / products[b]);
            }
        }
        return idf;
    }

    /** Products by features, each row of unit length. */
    private InteractionMatrix rows(float[] idf) {
        int[] start = new int[kept + 1];
        for (int p = 0; p < kept; p++) {
            int known = 0;
            for (int bucket : buckets[p]) {
                known += idf[bucket] > 0 ? 1 : 0;
            }
            start[p + 1] = start[p] + known;
        }
        int[] column = new int[start[kept]];
        float[] value = new float[start[kept]];
        for (int p = 0; p < kept; p++) {
            int at = start[p];
            double squares = 0;
            for (int i = 0; i < buckets[p].length; i++) {
                float weight = ContentModel.damped(weights[p][i]) * idf[buckets[p][i]];
                if (weight > 0) {
                    column[at] = buckets[p][i];
                    value[at++] = weight;
                    squares += weight * weight;
                }
            }
            float inverse = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0f;
            for (int q = start[p]; q < at; q++) {
                value[q] *= inverse;
            }
            buckets[p] = new int[0];
            weights[p] = new float[0];
        }
        return new InteractionMatrix(kept, ContentModel.BUCKETS, start, column, value);
    }
}
