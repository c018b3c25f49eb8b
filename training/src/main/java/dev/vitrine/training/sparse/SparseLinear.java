package dev.vitrine.training.sparse;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.DenseKernels;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;

/**
 * A sparse approximation of EASE, whose weights are {@code B = I - P diag(P)^-1} with {@code P =
 * (X'X + lambda)^-1} (Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019). As
 * in SANSA (Spisak et al., "Scalable Approximate NonSymmetric Autoencoder for Collaborative
 * Filtering", RecSys 2023) the Gram matrix is pruned and its inverse is approximated with a
 * prescribed sparsity; here one column at a time: column j of P is solved exactly on the items that
 * go with j most strongly, in the manner of a sparse approximate inverse. Columns do not depend on
 * each other, so all cores work, no fill-in can outgrow the memory, and the result does not depend
 * on the number of threads.
 *
 * <p>Memory: the matrix and its transpose, {@code items x gramRow x 8} bytes for the Gram matrix,
 * {@code items x kept x 16} for the result and its transpose, and a square of floats per thread.
 */
public final class SparseLinear {
    private static final int BLOCK = 16;

    /** Times the ridge is raised fourfold when pruning made a block indefinite. */
    private static final int MOST_TRIES = 12;

    private final SparseSettings settings;
    private final GramRows gram;
    private final int count;
    private final DenseKernels kernels = DenseKernels.best();
    private final int[][] predictors;
    private final float[][] weights;

    private SparseLinear(SparseSettings settings, GramRows gram) {
        this.settings = settings;
        this.gram = gram;
        this.count = gram.diagonal.length;
        this.predictors = new int[count][];
        this.weights = new float[count][];
    }

    /**
     * Fits the model.
     *
     * @param matrix people by items, with positive weights
     */
    public static ItemTable fit(
            InteractionMatrix matrix,
            SparseSettings settings,
            ParallelBlocks parallel,
            Progress progress) {
        GramRows gram = GramRows.of(matrix, settings, parallel, progress);
        SparseLinear fit = new SparseLinear(settings, gram);
        AtomicLong done = new AtomicLong();
        progress.start("sparse linear model", "items", fit.count);
        parallel.run(
                (fit.count + BLOCK - 1) / BLOCK,
                () -> {
                    IntConsumer column = fit.new Column()::solve;
                    return block -> {
                        int end = Math.min(fit.count, (block + 1) * BLOCK);
                        for (int item = block * BLOCK; item < end; item++) {
                            column.accept(item);
                        }
                        progress.advance(done.addAndGet(end - block * BLOCK));
                    };
                });
        ItemTable table = fit.table();
        progress.finish(table.entries() + " weights between " + fit.count + " items");
        return table;
    }

    /** Solves columns one after the other; one per thread. */
    private final class Column {
        private final int stride = DenseKernels.padded(settings.candidates() + 1);
        private final float[] square = new float[stride * stride];
        private final float[] right = new float[stride];
        private final int[] members = new int[settings.candidates() + 1];
        private final int[] place = new int[count];
        private final TopItems best = new TopItems(settings.kept());

        Column() {
            Arrays.fill(place, -1);
        }

        void solve(int item) {
            int others = Math.min(settings.candidates(), gram.items[item].length);
            if (others == 0) {
                predictors[item] = new int[0];
                weights[item] = new float[0];
                return;
            }
            System.arraycopy(gram.items[item], 0, members, 0, others);
            // Last, so that the forward half of the solve meets only one entry that is not zero.
            members[others] = item;
            int n = others + 1;
            for (int m = 0; m < n; m++) {
                place[members[m]] = m;
            }
            double ridge = settings.regularization();
            int width = DenseKernels.padded(n);
            fill(n, width, ridge);
            for (int t = 0; !kernels.cholesky(square, n, width) && t < MOST_TRIES; t++) {
                ridge *= 4;
                fill(n, width, ridge);
            }
            Arrays.fill(right, 0, n, 0f);
            right[others] = 1;
            kernels.solve(square, n, width, right);
            keep(item, others);
            for (int m = 0; m < n; m++) {
                place[members[m]] = -1;
            }
        }

        /** The Gram matrix of the members, upper triangle; an entry that either row has counts. */
        private void fill(int n, int width, double ridge) {
            Arrays.fill(square, 0, n * width, 0f);
            for (int m = 0; m < n; m++) {
                int[] row = gram.items[members[m]];
                float[] values = gram.values[members[m]];
                for (int i = 0; i < row.length; i++) {
                    int other = place[row[i]];
                    if (other >= 0) {
                        square[Math.min(m, other) * width + Math.max(m, other)] = values[i];
                    }
                }
                square[m * width + m] = (float) (gram.diagonal[members[m]] + ridge);
            }
        }

        private void keep(int item, int others) {
            float scale = -1 / right[others];
            best.clear();
            for (int m = 0; m < others; m++) {
                best.offer(m, Math.abs(right[m]));
            }
            best.sort();
            int[] items = new int[best.size()];
            float[] values = new float[best.size()];
            for (int i = 0; i < items.length; i++) {
                items[i] = members[best.item(i)];
                values[i] = right[best.item(i)] * scale;
            }
            predictors[item] = items;
            weights[item] = values;
        }
    }

    /** Columns, by predicted item, become rows, by the item of the history. */
    private ItemTable table() {
        int[] start = new int[count + 1];
        for (int j = 0; j < count; j++) {
            start[j + 1] = Math.addExact(start[j], predictors[j].length);
        }
        int[] column = new int[start[count]];
        float[] value = new float[start[count]];
        for (int j = 0; j < count; j++) {
            System.arraycopy(predictors[j], 0, column, start[j], predictors[j].length);
            System.arraycopy(weights[j], 0, value, start[j], weights[j].length);
            predictors[j] = new int[0];
            weights[j] = new float[0];
        }
        InteractionMatrix rows =
                new InteractionMatrix(count, count, start, column, value).transpose();
        return new ItemTable(count, rows.rowStart(), rows.column(), rows.value());
    }
}
