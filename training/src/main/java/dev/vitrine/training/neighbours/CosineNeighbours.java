package dev.vitrine.training.neighbours;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Item neighbours from people who touched both items (see {@link NeighbourSettings} for the
 * formula). One item at a time: the rows of its people are added up in a dense accumulator, of
 * which only the touched places are read and cleared. Work is the sum of squared row lengths;
 * memory beside the matrix, its transpose and the result is 8 bytes per item and thread.
 */
public final class CosineNeighbours {
    private static final int BLOCK = 64;

    private final NeighbourSettings settings;
    private final InteractionMatrix byPerson;
    private final InteractionMatrix byItem;
    private final float[] personWeight;
    private final double[] itemNorm;

    private CosineNeighbours(InteractionMatrix matrix, NeighbourSettings settings) {
        this.settings = settings;
        this.byPerson = shortened(matrix, settings.longestRow());
        this.byItem = byPerson.transpose();
        this.personWeight = new float[byPerson.rows()];
        for (int u = 0; u < personWeight.length; u++) {
            int length = matrix.rowLength(u);
            personWeight[u] = length == 0 ? 0 : (float) Math.pow(length, -settings.personPower());
        }
        this.itemNorm = new double[byItem.rows()];
        for (int i = 0; i < itemNorm.length; i++) {
            double sum = 0;
            for (int p = byItem.rowStart()[i]; p < byItem.rowStart()[i + 1]; p++) {
                float w = byItem.value()[p];
                sum += w * w * personWeight[byItem.column()[p]];
            }
            itemNorm[i] = Math.pow(sum, settings.itemPower());
        }
    }

    /**
     * Finds the neighbours of every item.
     *
     * @param matrix people by items, with positive weights
     */
    public static ItemTable fit(
            InteractionMatrix matrix,
            NeighbourSettings settings,
            ParallelBlocks parallel,
            Progress progress) {
        CosineNeighbours fit = new CosineNeighbours(matrix, settings);
        int items = matrix.columns();
        TableRows rows = new TableRows(items);
        AtomicLong done = new AtomicLong();
        progress.start("item neighbours", "items", items);
        parallel.run(
                (items + BLOCK - 1) / BLOCK,
                () -> {
                    Accumulator sums = new Accumulator(items);
                    TopItems best = new TopItems(settings.top());
                    return block -> {
                        int end = Math.min(items, (block + 1) * BLOCK);
                        for (int item = block * BLOCK; item < end; item++) {
                            fit.neighboursOf(item, sums, best);
                            rows.put(item, best);
                        }
                        progress.advance(done.addAndGet(end - block * BLOCK));
                    };
                });
        ItemTable table = rows.build();
        progress.finish(table.entries() + " neighbours of " + items + " items");
        return table;
    }

    private void neighboursOf(int item, Accumulator sums, TopItems best) {
        best.clear();
        for (int p = byItem.rowStart()[item]; p < byItem.rowStart()[item + 1]; p++) {
            int person = byItem.column()[p];
            float weight = byItem.value()[p] * personWeight[person];
            int end = byPerson.rowStart()[person + 1];
            for (int q = byPerson.rowStart()[person]; q < end; q++) {
                sums.add(byPerson.column()[q], weight * byPerson.value()[q]);
            }
        }
        for (int t = 0; t < sums.size(); t++) {
            int other = sums.touched(t);
            if (other != item) {
                double scale = itemNorm[item] * itemNorm[other] + settings.shrinkage();
                best.offer(other, (float) (sums.sum(other) / scale));
            }
        }
        sums.clear();
    }

    /** The same matrix with long rows thinned evenly, which is blind to what stands where. */
    private static InteractionMatrix shortened(InteractionMatrix matrix, int longest) {
        int[] start = new int[matrix.rows() + 1];
        for (int u = 0; u < matrix.rows(); u++) {
            start[u + 1] = start[u] + Math.min(longest, matrix.rowLength(u));
        }
        if (start[matrix.rows()] == matrix.entries()) {
            return matrix;
        }
        int[] column = new int[start[matrix.rows()]];
        float[] value = new float[column.length];
        for (int u = 0; u < matrix.rows(); u++) {
            int kept = start[u + 1] - start[u];
            int length = matrix.rowLength(u);
            for (int i = 0; i < kept; i++) {
                int from = matrix.rowStart()[u] + (int) ((long) i * length / kept);
                column[start[u] + i] = matrix.column()[from];
                value[start[u] + i] = matrix.value()[from];
            }
        }
        return new InteractionMatrix(matrix.rows(), matrix.columns(), start, column, value);
    }
}
