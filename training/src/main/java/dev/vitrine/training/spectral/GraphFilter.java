package dev.vitrine.training.spectral;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.linear.Blas;
import dev.vitrine.training.linear.FitBudget;
import dev.vitrine.training.linear.NativeMatrix;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Scores a history by filtering it as a signal on the item graph, in the manner of GF-CF (Shen et
 * al., CIKM 2021) and BSPM (Choi et al., SIGIR 2023). With {@code A = Du^-a R Di^-b} and {@code L =
 * A'A / c}, c the largest eigenvalue of {@code A'A} (1 when both powers are a half), history r:
 *
 * <ul>
 *   <li>blur: {@code r L}, one step of the linear model;
 *   <li>ideal low-pass: {@code r Di^-b V V' Di^b} with the leading eigenvectors V of L, added with
 *       a weight;
 *   <li>sharpening of the sum y: {@code dy/dt = -y L} over a time T by one Runge-Kutta step of
 *       fourth order, which is the polynomial {@code 1 - TL + (TL)^2/2 - (TL)^3/6 + (TL)^4/24}.
 * </ul>
 *
 * <p>Nothing is stored per person: a new visitor is a history like any other. Safe for concurrent
 * callers until closed; scratch space is pooled and freed with the model.
 */
public final class GraphFilter implements ItemScorer, AutoCloseable {
    /** Histories scored at once by one thread. */
    public static final int BATCH = 64;

    private final Adjacency adjacency;
    private final FilterSettings settings;
    private final Spectrum spectrum;
    private final float[] itemScale;
    private final ReentrantLock poolLock = new ReentrantLock();
    private final ArrayDeque<Scratch> idle = new ArrayDeque<>();
    private final boolean owner;
    private boolean closed;

    private GraphFilter(
            Adjacency adjacency, FilterSettings settings, Spectrum spectrum, boolean owner) {
        this.owner = owner;
        this.adjacency = adjacency;
        this.settings = settings;
        this.spectrum = spectrum;
        this.itemScale = adjacency.itemScale();
    }

    /**
     * @param train people x items
     * @param seed of the random start of the eigenvectors
     * @throws VitrineException {@code MEMORY_INSUFFICIENT}, {@code DATA_UNSUITABLE}
     */
    public static GraphFilter fit(
            InteractionMatrix train,
            FilterSettings settings,
            long seed,
            FitBudget budget,
            Progress progress) {
        if (train.rows() == 0 || train.entries() == 0) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE, "no interaction to build a graph from");
        }
        Adjacency adjacency = Adjacency.of(train, settings.personPower(), settings.itemPower());
        // Without a low-pass term one vector is still found; it costs nothing and weighs nothing.
        int components = Math.max(1, settings.components());
        budget.require(
                Spectrum.bytes(train.rows(), train.columns(), components),
                components + " eigenvectors of " + train.columns() + " items");
        Spectrum spectrum =
                Spectrum.leading(adjacency, components, seed, budget.threads(), progress);
        // Weights and times then mean the same whatever the powers.
        Adjacency scaled = adjacency.smoothingDividedBy(spectrum.values()[0]);
        return new GraphFilter(scaled, settings, spectrum, true);
    }

    /**
     * A filter on the same graph with the same powers and no more components, which shares the
     * eigenvectors with this one and is usable until this one is closed.
     */
    public GraphFilter with(FilterSettings other) {
        if (other.personPower() != settings.personPower()
                || other.itemPower() != settings.itemPower()
                || other.components() > spectrum.vectors().rows()) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "a filter with " + settings + " has no eigenvectors for " + other);
        }
        return new GraphFilter(adjacency, other, spectrum, false);
    }

    /** Native memory of one thread that scores a batch. */
    static long scratchBytes(int people, int items, int components) {
        return NativeMatrix.bytes(BATCH, items) * 3
                + NativeMatrix.bytes(BATCH, people)
                + NativeMatrix.bytes(components, BATCH);
    }

    @Override
    public int items() {
        return adjacency.items();
    }

    /** Leading eigenvalues of {@code A'A}, falling. */
    public float[] eigenvalues() {
        return spectrum.values().clone();
    }

    @Override
    public void score(History history, float[] scores) {
        score(new History[] {history}, 1, new float[][] {scores});
    }

    @Override
    public void score(History[] histories, int count, float[][] scores) {
        for (int from = 0; from < count; from += BATCH) {
            int width = Math.min(BATCH, count - from);
            Scratch scratch = take(width);
            try {
                batch(histories, from, width, scratch, scores);
            } finally {
                giveBack(scratch);
            }
        }
    }

    private void batch(
            History[] histories, int from, int width, Scratch scratch, float[][] scores) {
        load(histories, from, width, scratch);
        adjacency.smooth(scratch.signal, scratch.between, scratch.result, scratch.sum);
        addLowPass(histories, from, width, scratch);
        if (settings.sharpenTime() > 0) {
            sharpen(scratch);
        }
        float[] column = scratch.sum;
        for (int item = 0; item < items(); item++) {
            scratch.result.getColumn(item, column);
            for (int k = 0; k < width; k++) {
                scores[from + k][item] = column[k];
            }
        }
    }

    /** The histories as dense columns of items. */
    private void load(History[] histories, int from, int width, Scratch scratch) {
        scratch.signal.segment().fill((byte) 0);
        for (int k = 0; k < width; k++) {
            History history = histories[from + k];
            for (int h = 0; h < history.size(); h++) {
                int item = history.items()[h];
                if (item < items()) {
                    scratch.signal.set(k, item, scratch.signal.get(k, item) + history.weights()[h]);
                }
            }
        }
    }

    private void addLowPass(History[] histories, int from, int width, Scratch scratch) {
        if (settings.components() == 0 || settings.lowPassWeight() == 0) {
            return;
        }
        NativeMatrix vectors = spectrum.vectors();
        float[] coefficients = new float[vectors.rows()];
        for (int k = 0; k < width; k++) {
            Arrays.fill(coefficients, 0f);
            History history = histories[from + k];
            for (int h = 0; h < history.size(); h++) {
                int item = history.items()[h];
                if (item < items()) {
                    SparseProduct.addColumn(
                            vectors, item, history.weights()[h] * itemScale[item], coefficients);
                }
            }
            int kept = Math.min(settings.components(), coefficients.length);
            Arrays.fill(coefficients, kept, coefficients.length, 0f);
            scratch.coefficients.setColumn(k, coefficients, 0, coefficients.length);
        }
        Blas.multiplyTransposed(scratch.coefficients, vectors, scratch.other);
        for (int item = 0; item < items(); item++) {
            scratch.result.getColumn(item, scratch.sum);
            SparseProduct.addColumn(
                    scratch.other, item, settings.lowPassWeight() / itemScale[item], scratch.sum);
            scratch.result.setColumn(item, scratch.sum, 0, scratch.result.rows());
        }
    }

    /** By Horner's rule: {@code y - TL(y - T/2 L(y - T/3 L(y - T/4 L y)))}. */
    private void sharpen(Scratch scratch) {
        NativeMatrix start = scratch.result;
        NativeMatrix current = scratch.result;
        for (int order = 4; order >= 1; order--) {
            adjacency.smooth(current, scratch.between, scratch.other, scratch.sum);
            float factor = -settings.sharpenTime() / order;
            for (int item = 0; item < items(); item++) {
                start.getColumn(item, scratch.sum);
                SparseProduct.addColumn(scratch.other, item, factor, scratch.sum);
                scratch.signal.setColumn(item, scratch.sum, 0, start.rows());
            }
            current = scratch.signal;
        }
        scratch.result.segment().copyFrom(current.segment());
    }

    private Scratch take(int width) {
        poolLock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the filter is closed");
            }
            for (Scratch scratch : idle) {
                if (scratch.signal.rows() == width) {
                    idle.remove(scratch);
                    return scratch;
                }
            }
        } finally {
            poolLock.unlock();
        }
        return new Scratch(width, items(), adjacency.people(), spectrum.vectors().rows());
    }

    private void giveBack(Scratch scratch) {
        poolLock.lock();
        try {
            if (!closed && idle.size() < Runtime.getRuntime().availableProcessors()) {
                idle.add(scratch);
                return;
            }
        } finally {
            poolLock.unlock();
        }
        scratch.close();
    }

    @Override
    public void close() {
        poolLock.lock();
        try {
            closed = true;
            idle.forEach(Scratch::close);
            idle.clear();
        } finally {
            poolLock.unlock();
        }
        if (owner) {
            spectrum.close();
        }
    }

    /** Dense space for one batch of so many histories. */
    private static final class Scratch implements AutoCloseable {
        final NativeMatrix signal;
        final NativeMatrix result;
        final NativeMatrix other;
        final NativeMatrix between;
        final NativeMatrix coefficients;
        final float[] sum;

        Scratch(int width, int items, int people, int components) {
            signal = new NativeMatrix(width, items);
            result = new NativeMatrix(width, items);
            other = new NativeMatrix(width, items);
            between = new NativeMatrix(width, people);
            coefficients = new NativeMatrix(components, width);
            sum = new float[width];
        }

        @Override
        public void close() {
            signal.close();
            result.close();
            other.close();
            between.close();
            coefficients.close();
        }
    }
}
