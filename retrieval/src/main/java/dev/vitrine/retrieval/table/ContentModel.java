package dev.vitrine.retrieval.table;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Turns what a product says about itself into a vector of unit length, so that the inner product of
 * two is how alike they are (latent semantic analysis: TF-IDF over hashed features, projected on
 * the leading directions of the catalogue the model was fitted on). A product that came after the
 * fit is embedded in the same way, in well under a millisecond. Immutable and safe for concurrent
 * callers.
 */
public final class ContentModel {
    /** Width of the vectors when nothing else is asked for. */
    public static final int DIMENSIONS = 64;

    /** Places for hashed features, a power of two. */
    public static final int BUCKETS = 1 << 16;

    static final String KIND = "content";
    static final int VERSION = 1;

    private final int dimensions;
    private final float[] idf;
    private final float[] projection;
    private final DenseKernels kernels = DenseKernels.best();
    private final ArrayBlockingQueue<ContentFeatures> idle =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    /**
     * @param idf inverse document frequency of each of {@link #BUCKETS} places; 0 where no product
     *     of the fit had it
     * @param projection {@code dimensions} values per place
     */
    public ContentModel(int dimensions, float[] idf, float[] projection) {
        if (idf.length != BUCKETS || projection.length != (long) BUCKETS * dimensions) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    String.format(
                            "%d frequencies and %d weights do not make a projection of %d features"
                                    + " to %d",
                            idf.length, projection.length, BUCKETS, dimensions));
        }
        this.dimensions = dimensions;
        this.idf = idf;
        this.projection = projection;
    }

    public int dimensions() {
        return dimensions;
    }

    /**
     * The unit vector of a product; zeros when it says nothing that the model knows, as when it is
     * known by its id alone.
     */
    public float[] embed(Product product) {
        ContentFeatures features = idle.poll();
        if (features == null) {
            features = new ContentFeatures(BUCKETS);
        }
        features.extract(product);
        float[] vector = new float[dimensions];
        for (int i = 0; i < features.size(); i++) {
            int bucket = features.bucket(i);
            float weight = damped(features.weight(i)) * idf[bucket];
            if (weight != 0) {
                kernels.addScaled(weight, projection, bucket * dimensions, vector, 0, dimensions);
            }
        }
        boolean ignored = idle.offer(features);
        normalize(vector);
        return vector;
    }

    /** How alike two embedded products are, -1 to 1. */
    public static float similarity(float[] a, float[] b) {
        float sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** A term said twice counts less than twice. */
    public static float damped(float weight) {
        return weight <= 1 ? weight : 1 + (float) Math.log(weight);
    }

    private static void normalize(float[] vector) {
        double sum = 0;
        for (float v : vector) {
            sum += v * v;
        }
        if (sum > 0) {
            float inverse = (float) (1 / Math.sqrt(sum));
            for (int k = 0; k < vector.length; k++) {
                vector[k] *= inverse;
            }
        }
    }

    /** Writes the model to a file. */
    public void save(Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putInt(dimensions);
            out.putFloats(idf);
            out.putFloats(projection);
            out.finish();
        }
    }

    /** Reads what {@link #save} wrote. */
    public static ContentModel load(Path file) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            int dimensions = in.getInt();
            float[] idf = in.getFloats();
            float[] projection = in.getFloats();
            if (idf.length != BUCKETS || projection.length != (long) BUCKETS * dimensions) {
                throw in.damaged("its counts do not fit together");
            }
            return new ContentModel(dimensions, idf, projection);
        }
    }
}
