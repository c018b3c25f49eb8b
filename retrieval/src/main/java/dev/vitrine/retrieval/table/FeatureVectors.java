package dev.vitrine.retrieval.table;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.nio.file.Path;

/**
 * What the features of products are worth to a model that has a vector for each item: a vector for
 * each feature. The weighted sum of its features' vectors is the vector of a product that nobody
 * has met, so that it competes with all others from its first second. Immutable and safe for
 * concurrent callers.
 */
public final class FeatureVectors {
    private static final String KIND = "feature-vectors";
    private static final int VERSION = 1;

    private final FrequentFeatures features;
    private final int width;
    private final float[] vectors;

    /**
     * @param width of the model
     * @param vectors {@code width} floats for each feature; not copied
     */
    public FeatureVectors(FrequentFeatures features, int width, float[] vectors) {
        if (width < 1 || vectors.length != (long) features.size() * width) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    features.size()
                            + " features of width "
                            + width
                            + " do not fit to "
                            + vectors.length
                            + " numbers");
        }
        this.features = features;
        this.width = width;
        this.vectors = vectors;
    }

    public int width() {
        return width;
    }

    /** Row by row; not a copy. */
    public float[] vectors() {
        return vectors;
    }

    /** The vector of a product, as long as the model is wide; zeros when it has no features. */
    public float[] of(Product product) {
        return of(features.of(product));
    }

    /** The vector of a product of these features. */
    public float[] of(FrequentFeatures.Of known) {
        float[] vector = new float[width];
        for (int i = 0; i < known.features().length; i++) {
            int at = known.features()[i] * width;
            float weight = known.weights()[i];
            for (int d = 0; d < width; d++) {
                vector[d] += weight * vectors[at + d];
            }
        }
        return vector;
    }

    /**
     * Writes them to a file.
     *
     * @throws VitrineException STORE_FAILED when it cannot be written
     */
    public void save(Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putInt(width);
            features.write(out);
            out.putFloats(vectors);
            out.finish();
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws VitrineException MODEL_DAMAGED, MODEL_FORMAT, MODEL_INVALID or STORE_FAILED
     */
    public static FeatureVectors load(Path file) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            int width = in.getInt();
            FrequentFeatures features = FrequentFeatures.read(in);
            return new FeatureVectors(features, width, in.getFloats());
        }
    }
}
