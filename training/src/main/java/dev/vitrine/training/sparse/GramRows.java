package dev.vitrine.training.sparse;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.training.neighbours.Accumulator;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The Gram matrix of the items, {@code X'X}, with the strongest entries of each row: exact values,
 * those with the greatest cosine first. The diagonal is kept apart.
 */
final class GramRows {
    private static final int BLOCK = 64;

    final int[][] items;
    final float[][] values;
    final float[] diagonal;

    private GramRows(int count) {
        items = new int[count][];
        values = new float[count][];
        diagonal = new float[count];
    }

    static GramRows of(
            InteractionMatrix byPerson,
            SparseSettings settings,
            ParallelBlocks parallel,
            Progress progress) {
        InteractionMatrix byItem = byPerson.transpose();
        int count = byItem.rows();
        float[] personWeight = new float[byPerson.rows()];
        for (int u = 0; u < personWeight.length; u++) {
            int length = Math.max(1, byPerson.rowLength(u));
            personWeight[u] = (float) Math.pow(length, -settings.personPower());
        }
        GramRows gram = new GramRows(count);
        for (int i = 0; i < count; i++) {
            double sum = 0;
            for (int p = byItem.rowStart()[i]; p < byItem.rowStart()[i + 1]; p++) {
                float w = byItem.value()[p];
                sum += w * w * personWeight[byItem.column()[p]];
            }
            gram.diagonal[i] = (float) sum;
        }
        AtomicLong done = new AtomicLong();
        progress.start("item Gram matrix", "items", count);
        parallel.run(
                (count + BLOCK - 1) / BLOCK,
                () -> {
                    Accumulator sums = new Accumulator(count);
                    TopItems best = new TopItems(settings.gramRow());
                    return block -> {
                        int end = Math.min(count, (block + 1) * BLOCK);
                        for (int item = block * BLOCK; item < end; item++) {
                            gram.fill(item, byPerson, byItem, personWeight, sums, best);
                        }
                        progress.advance(done.addAndGet(end - block * BLOCK));
                    };
                });
        progress.finish(count + " rows");
        return gram;
    }

    private void fill(
            int item,
            InteractionMatrix byPerson,
            InteractionMatrix byItem,
            float[] personWeight,
            Accumulator sums,
            TopItems best) {
        for (int p = byItem.rowStart()[item]; p < byItem.rowStart()[item + 1]; p++) {
            int person = byItem.column()[p];
            float weight = byItem.value()[p] * personWeight[person];
            int end = byPerson.rowStart()[person + 1];
            for (int q = byPerson.rowStart()[person]; q < end; q++) {
                sums.add(byPerson.column()[q], weight * byPerson.value()[q]);
            }
        }
        best.clear();
        for (int t = 0; t < sums.size(); t++) {
            int other = sums.touched(t);
            if (other != item) {
                best.offer(other, (float) (sums.sum(other) / Math.sqrt(diagonal[other])));
            }
        }
        best.sort();
        int[] row = new int[best.size()];
        float[] value = new float[best.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = best.item(i);
            value[i] = sums.sum(row[i]);
        }
        items[item] = row;
        values[item] = value;
        sums.clear();
    }
}
