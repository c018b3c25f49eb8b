package dev.vitrine.training;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.training.evaluation.TopNSplit;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A small world in which every item belongs to one of a few tastes and every person has one: nine
 * of ten things a person touches are of that taste. Seeded.
 */
public final class TasteWorld {
    private final int items;
    private final int tastes;
    private final int[][] rows;

    public TasteWorld(int people, int items, int tastes, long seed) {
        this.items = items;
        this.tastes = tastes;
        this.rows = new int[people][];
        SplittableRandom random = new SplittableRandom(seed);
        for (int u = 0; u < people; u++) {
            int taste = random.nextInt(tastes);
            int[] row = new int[random.nextInt(6, 22)];
            for (int i = 0; i < row.length; i++) {
                int any = random.nextInt(items);
                row[i] =
                        random.nextInt(10) == 0
                                ? any
                                : Math.min(items - 1, any / tastes * tastes + taste);
            }
            rows[u] = Arrays.stream(row).sorted().distinct().toArray();
        }
    }

    public int tasteOf(int item) {
        return item % tastes;
    }

    /** People by items, ones. */
    public InteractionMatrix matrix() {
        return matrix(rows);
    }

    /** Every third item of a person held back. */
    public TopNSplit split() {
        int[][] train = new int[rows.length][];
        int[][] test = new int[rows.length][];
        for (int u = 0; u < rows.length; u++) {
            int[] row = rows[u];
            int phase = u;
            train[u] = pick(row, i -> (i + phase) % 3 != 0);
            test[u] = pick(row, i -> (i + phase) % 3 == 0);
        }
        return new TopNSplit("tastes", matrix(train), matrix(test));
    }

    private static int[] pick(int[] row, java.util.function.IntPredicate wanted) {
        return java.util.stream.IntStream.range(0, row.length)
                .filter(wanted)
                .map(i -> row[i])
                .toArray();
    }

    private InteractionMatrix matrix(int[][] from) {
        int[] start = new int[from.length + 1];
        for (int u = 0; u < from.length; u++) {
            start[u + 1] = start[u] + from[u].length;
        }
        int[] column = new int[start[from.length]];
        for (int u = 0; u < from.length; u++) {
            System.arraycopy(from[u], 0, column, start[u], from[u].length);
        }
        float[] value = new float[column.length];
        Arrays.fill(value, 1f);
        return new InteractionMatrix(from.length, items, start, column, value);
    }
}
