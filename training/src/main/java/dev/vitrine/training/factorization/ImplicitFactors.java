package dev.vitrine.training.factorization;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.table.DenseKernels;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.retrieval.table.FactorSolver;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Implicit matrix factorisation by alternating least squares: minimises, over factors x of people
 * and y of items,
 *
 * <pre>
 *   sum over seen (u,i) of w_ui (1 - x_u.y_i)^2 + alpha0 sum over all (u,i) of (x_u.y_i)^2
 *   + lambda ( sum_u (n_u + alpha0 items)^nu |x_u|^2 + sum_i (n_i + alpha0 people)^nu |y_i|^2 )
 * </pre>
 *
 * where an item or person without entries has no part, neither in a sum nor in a count (Hu, Koren
 * and Volinsky, 2008, in the form of Rendle et al., "Revisiting the Performance of iALS on Item
 * Recommendation Benchmarks", RecSys 2022, whose frequency-scaled regularisation this is.)
 *
 * <p>Before one side is solved, the factors of the other are rotated so that their Gram matrix is
 * diagonal. That changes no score and no norm, and lets {@link FactorSolver} solve a row of n
 * entries with n equations instead of d. Every solve is exact. Memory is both sides of factors, the
 * matrix and its transpose, and two squares of d floats per thread.
 *
 * <p>The result depends on the seed alone, not on the number of threads.
 */
public final class ImplicitFactors {
    private static final int SOLVE_BLOCK = 256;

    private final FactorSettings settings;
    private final DenseKernels kernels = DenseKernels.best();
    private final ParallelBlocks parallel;
    private final InteractionMatrix byPerson;
    private final InteractionMatrix byItem;
    private final FactorSide people;
    private final FactorSide items;
    private final FactorModel.Fit fit;
    private final int touchedPeople;

    /**
     * Prepares a fit with random item factors.
     *
     * @param matrix people by items, with positive weights
     * @param parallel the threads to use; stays the caller's to close
     */
    public ImplicitFactors(
            InteractionMatrix matrix, FactorSettings settings, ParallelBlocks parallel) {
        this.settings = settings;
        this.parallel = parallel;
        this.byPerson = matrix;
        this.byItem = matrix.transpose();
        this.people = new FactorSide(matrix.rows(), settings.dimensions(), kernels);
        this.items = new FactorSide(matrix.columns(), settings.dimensions(), kernels);
        this.fit =
                new FactorModel.Fit(
                        settings.unobserved(),
                        settings.regularization(),
                        settings.exponent(),
                        touched(byItem));
        this.touchedPeople = touched(byPerson);
        items.randomize(
                settings.initialDeviation() / Math.sqrt(settings.dimensions()),
                settings.seed(),
                parallel);
    }

    /** Fits with all sweeps of the settings. */
    public static FactorModel fit(
            InteractionMatrix matrix,
            FactorSettings settings,
            ParallelBlocks parallel,
            Progress progress) {
        ImplicitFactors fit = new ImplicitFactors(matrix, settings, parallel);
        long each = (long) matrix.rows() + matrix.columns();
        progress.start("implicit ALS", "rows", each * settings.sweeps());
        for (int sweep = 0; sweep < settings.sweeps(); sweep++) {
            fit.sweep(progress, sweep * each);
        }
        progress.finish(
                String.format(
                        "%d people and %d items in %d dimensions",
                        matrix.rows(), matrix.columns(), settings.dimensions()));
        return fit.model();
    }

    /** Solves all people, then all items. */
    public void sweep(Progress progress, long doneBefore) {
        AtomicLong done = new AtomicLong(doneBefore);
        solve(byPerson, people, items, fit.touchedItems(), done, progress);
        solve(byItem, items, people, touchedPeople, done, progress);
    }

    /** Solves all people against the items as they are. */
    void sweepPeople() {
        solve(byPerson, people, items, fit.touchedItems(), new AtomicLong(), Progress.NONE);
    }

    /** The model of the current item factors; later sweeps do not change it. */
    public FactorModel model() {
        SymmetricEigen eigen = new SymmetricEigen(items.gram(parallel));
        people.rotate(eigen.vectors(), parallel);
        float[] gram = makeGramDiagonal(items, eigen);
        return new FactorModel(items.rows, items.dimensions, items.factors.clone(), gram, fit);
    }

    /** The factors of people, d per row, in the same basis as those of the items. */
    float[] peopleFactors() {
        return people.factors;
    }

    float[] itemFactors() {
        return items.factors;
    }

    /** The value of the objective that the sweeps lower, in doubles. */
    public double objective() {
        int d = settings.dimensions();
        double seen = 0;
        for (int u = 0; u < byPerson.rows(); u++) {
            for (int p = byPerson.rowStart()[u]; p < byPerson.rowStart()[u + 1]; p++) {
                int item = byPerson.column()[p];
                double miss = 1 - kernels.dot(people.factors, u * d, items.factors, item * d, d);
                seen += byPerson.value()[p] * miss * miss;
            }
        }
        double[][] gramPeople = people.gram(parallel);
        double[][] gramItems = items.gram(parallel);
        double all = 0;
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                all += gramPeople[i][j] * gramItems[i][j];
            }
        }
        return seen
                + settings.unobserved() * all
                + penalty(byPerson, people, fit.touchedItems())
                + penalty(byItem, items, touchedPeople);
    }

    private double penalty(InteractionMatrix rows, FactorSide side, int touchedOthers) {
        int d = settings.dimensions();
        double sum = 0;
        for (int r = 0; r < rows.rows(); r++) {
            double norm = kernels.dot(side.factors, r * d, side.factors, r * d, d);
            sum += fit.ridge(rows.rowLength(r), touchedOthers) * norm;
        }
        return sum;
    }

    private static int touched(InteractionMatrix rows) {
        int touched = 0;
        for (int r = 0; r < rows.rows(); r++) {
            touched += rows.rowLength(r) > 0 ? 1 : 0;
        }
        return touched;
    }

    private void solve(
            InteractionMatrix rows,
            FactorSide side,
            FactorSide other,
            int touchedOthers,
            AtomicLong done,
            Progress progress) {
        float[] gram = makeGramDiagonal(other, new SymmetricEigen(other.gram(parallel)));
        int d = settings.dimensions();
        parallel.run(
                (side.rows + SOLVE_BLOCK - 1) / SOLVE_BLOCK,
                () -> {
                    FactorSolver solver = new FactorSolver(d, kernels);
                    return block -> {
                        int end = Math.min(side.rows, (block + 1) * SOLVE_BLOCK);
                        for (int r = block * SOLVE_BLOCK; r < end; r++) {
                            solver.solve(
                                    other.factors,
                                    gram,
                                    (float) settings.unobserved(),
                                    fit.ridge(rows.rowLength(r), touchedOthers),
                                    rows.column(),
                                    rows.value(),
                                    rows.rowStart()[r],
                                    rows.rowStart()[r + 1],
                                    side.factors,
                                    r * d);
                        }
                        progress.advance(done.addAndGet(end - block * SOLVE_BLOCK));
                    };
                });
    }

    /** Rotates a side so that its Gram matrix is diagonal, and returns the diagonal. */
    private float[] makeGramDiagonal(FactorSide side, SymmetricEigen eigen) {
        side.rotate(eigen.vectors(), parallel);
        double[] values = eigen.values();
        float[] gram = new float[values.length];
        for (int k = 0; k < gram.length; k++) {
            gram[k] = (float) Math.max(0, values[k]);
        }
        return gram;
    }
}
