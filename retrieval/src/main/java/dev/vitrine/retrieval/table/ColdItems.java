package dev.vitrine.retrieval.table;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.nio.file.Path;

/**
 * Gives an item that nobody has touched yet a factor, from its content vector through a linear map
 * that was fitted on the items that have both. With it a new product competes in the same inner
 * product as all others from its first second. Immutable and safe for concurrent callers.
 */
public final class ColdItems {
    static final String KIND = "cold-items";
    static final int VERSION = 1;

    private final int content;
    private final int factors;
    private final float[] map;
    private final DenseKernels kernels = DenseKernels.best();

    /**
     * @param content width of content vectors
     * @param factors width of item factors
     * @param map {@code content + 1} rows of {@code factors} values; the last row is the intercept
     */
    public ColdItems(int content, int factors, float[] map) {
        if (map.length != (content + 1L) * factors) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    map.length + " values do not map " + content + " plus one to " + factors);
        }
        this.content = content;
        this.factors = factors;
        this.map = map;
    }

    /** The factor to use for a product, in the space of the factor model this was fitted with. */
    public float[] factor(ContentModel model, Product product) {
        return factor(model.embed(product));
    }

    /** The factor for a content vector. */
    public float[] factor(float[] vector) {
        if (vector.length != content) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    "a content vector has " + content + " values, found " + vector.length);
        }
        float[] factor = new float[factors];
        for (int k = 0; k < content; k++) {
            kernels.addScaled(vector[k], map, k * factors, factor, 0, factors);
        }
        kernels.addScaled(1, map, content * factors, factor, 0, factors);
        return factor;
    }

    /** Writes the map to a file. */
    public void save(Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putInt(content);
            out.putInt(factors);
            out.putFloats(map);
            out.finish();
        }
    }

    /** Reads what {@link #save} wrote. */
    public static ColdItems load(Path file) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            int content = in.getInt();
            int factors = in.getInt();
            float[] map = in.getFloats();
            if (content < 0 || factors < 1 || map.length != (content + 1L) * factors) {
                throw in.damaged("its counts do not fit together");
            }
            return new ColdItems(content, factors, map);
        }
    }
}
