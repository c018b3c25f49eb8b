package dev.vitrine.retrieval.table;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * Item factors with all that is needed to fold in any history: the serving form of implicit ALS. A
 * shopper is a vector of d floats, the score of an item is its inner product with the item's
 * factor. No shopper is stored: {@link #foldIn} makes the vector in one exact solve, the same that
 * training does, so a person never seen in training is served like any other.
 *
 * <p>Immutable and safe for concurrent callers.
 */
public final class FactorModel implements ItemScorer {
    static final String KIND = "factors";
    static final int VERSION = 1;

    /** Weights are kept where a solve in floats is sound. */
    private static final float MIN_WEIGHT = 1e-4f;

    private static final float MAX_WEIGHT = 1e4f;

    private final int items;
    private final int dimensions;
    private final float[] factors;
    private final float[] gram;
    private final Fit fit;
    private final DenseKernels kernels = DenseKernels.best();
    private final ArrayBlockingQueue<FactorSolver> idleSolvers =
            new ArrayBlockingQueue<>(Runtime.getRuntime().availableProcessors());

    /**
     * How the model was fitted, which folding in repeats.
     *
     * @param unobserved alpha0, the weight of every cell, seen or not
     * @param regularization lambda
     * @param exponent nu: a row of n entries is regularised by {@code lambda (n + alpha0 N)^nu}
     *     with N rows that have entries on the other side
     * @param touchedItems that N for people: items that anyone touched in training
     */
    public record Fit(double unobserved, double regularization, double exponent, int touchedItems) {
        /**
         * The regularisation of a row with {@code entries}, {@code others} rows on the far side.
         */
        public float ridge(int entries, int others) {
            return (float) (regularization * Math.pow(entries + unobserved * others, exponent));
        }
    }

    /**
     * @param factors d per item, rotated so that their Gram matrix is diagonal; not copied
     * @param gram that diagonal, d values
     */
    public FactorModel(int items, int dimensions, float[] factors, float[] gram, Fit fit) {
        if (dimensions < 1
                || factors.length != (long) items * dimensions
                || gram.length != dimensions) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    String.format(
                            "%d items of %d dimensions do not fit to %d factors and a diagonal of"
                                    + " %d",
                            items, dimensions, factors.length, gram.length));
        }
        this.items = items;
        this.dimensions = dimensions;
        this.factors = factors;
        this.gram = gram;
        this.fit = fit;
    }

    @Override
    public int items() {
        return items;
    }

    /** d, the width of the vectors. */
    public int dimensions() {
        return dimensions;
    }

    public Fit fit() {
        return fit;
    }

    /** All factors, d per item in item order; not a copy, not to be changed. */
    public float[] factors() {
        return factors;
    }

    /** A copy of the factor of one item, d floats; zeros when nobody touched it in training. */
    public float[] factor(int item) {
        return Arrays.copyOfRange(factors, item * dimensions, (item + 1) * dimensions);
    }

    /** The factor of one item, made one long; zeros when nobody touched it in training. */
    public float[] direction(int item) {
        float[] factor = factor(item);
        double sum = 0;
        for (float component : factor) {
            sum += (double) component * component;
        }
        float shorter = sum == 0 ? 0 : (float) (1 / Math.sqrt(sum));
        for (int d = 0; d < factor.length; d++) {
            factor[d] *= shorter;
        }
        return factor;
    }

    /**
     * The vector of a shopper with this history, d floats; zeros when the model knows none of its
     * items. An item that occurs more than once counts with the sum of its weights.
     */
    public float[] foldIn(History history) {
        int[] columns = new int[history.size()];
        float[] weights = new float[history.size()];
        int known = 0;
        for (int i = 0; i < history.size(); i++) {
            int item = history.items()[i];
            float weight = history.weights()[i];
            if (item >= 0 && item < items && weight > 0) {
                columns[known] = item;
                weights[known++] = Math.clamp(weight, MIN_WEIGHT, MAX_WEIGHT);
            }
        }
        float[] vector = new float[dimensions];
        FactorSolver solver = idleSolvers.poll();
        if (solver == null) {
            solver = new FactorSolver(dimensions, kernels);
        }
        solver.solve(
                factors,
                gram,
                (float) fit.unobserved(),
                fit.ridge(known, fit.touchedItems()),
                columns,
                weights,
                0,
                known,
                vector,
                0);
        // A full queue means enough idle solvers are kept; this one may be collected.
        boolean ignored = idleSolvers.offer(solver);
        return vector;
    }

    /** The score of one item for a vector from {@link #foldIn}. */
    public float score(float[] vector, int item) {
        return kernels.dot(vector, 0, factors, item * dimensions, dimensions);
    }

    @Override
    public void score(History history, float[] scores) {
        float[] vector = foldIn(history);
        for (int item = 0; item < items; item++) {
            scores[item] = kernels.dot(vector, 0, factors, item * dimensions, dimensions);
        }
    }

    /**
     * Writes the model to a file.
     *
     * @throws VitrineException STORE_FAILED when it cannot be written
     */
    public void save(Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putInt(items);
            out.putInt(dimensions);
            out.putDouble(fit.unobserved());
            out.putDouble(fit.regularization());
            out.putDouble(fit.exponent());
            out.putInt(fit.touchedItems());
            out.putFloats(gram);
            out.putFloats(factors);
            out.finish();
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @throws VitrineException MODEL_DAMAGED, MODEL_FORMAT or STORE_FAILED
     */
    public static FactorModel load(Path file) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            int items = in.getInt();
            int dimensions = in.getInt();
            Fit fit = new Fit(in.getDouble(), in.getDouble(), in.getDouble(), in.getInt());
            float[] gram = in.getFloats();
            float[] factors = in.getFloats();
            if (items < 0 || dimensions < 1 || factors.length != (long) items * dimensions) {
                throw in.damaged("its counts do not fit together");
            }
            return new FactorModel(items, dimensions, factors, gram, fit);
        }
    }
}
