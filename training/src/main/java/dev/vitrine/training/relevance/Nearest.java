package dev.vitrine.training.relevance;

import java.util.ArrayList;
import java.util.List;

/** The rows of greatest cosine among a stretch of sparse rows, through an inverted index. */
final class Nearest {
    private final SparseRows rows;
    private final int first;
    private final int count;
    private final int[][] holders;
    private final float[][] weights;

    Nearest(SparseRows rows, int first, int count) {
        this.rows = rows;
        this.first = first;
        this.count = count;
        int[] sizes = new int[rows.width()];
        for (int row = 0; row < count; row++) {
            for (int column : rows.columns(first + row)) {
                sizes[column]++;
            }
        }
        holders = new int[sizes.length][];
        weights = new float[sizes.length][];
        for (int column = 0; column < sizes.length; column++) {
            holders[column] = new int[sizes[column]];
            weights[column] = new float[sizes[column]];
        }
        int[] at = new int[sizes.length];
        for (int row = 0; row < count; row++) {
            int[] columns = rows.columns(first + row);
            float[] values = rows.values(first + row);
            for (int i = 0; i < columns.length; i++) {
                holders[columns[i]][at[columns[i]]] = row;
                weights[columns[i]][at[columns[i]]++] = values[i];
            }
        }
    }

    /**
     * @param row of the stretch, from 0
     */
    record Hit(int row, double cosine) {}

    /** The nearest to a row of the stretch, itself apart, best first. */
    List<Hit> of(int row, int most, double least) {
        float[] sums = new float[count];
        int[] columns = rows.columns(first + row);
        float[] values = rows.values(first + row);
        for (int i = 0; i < columns.length; i++) {
            int[] holding = holders[columns[i]];
            float[] held = weights[columns[i]];
            for (int k = 0; k < holding.length; k++) {
                sums[holding[k]] += values[i] * held[k];
            }
        }
        sums[row] = 0;
        List<Hit> hits = new ArrayList<>();
        for (int other = 0; other < count; other++) {
            if (sums[other] >= least) {
                hits.add(new Hit(other, sums[other]));
            }
        }
        hits.sort((a, b) -> Double.compare(b.cosine, a.cosine));
        return List.copyOf(hits.subList(0, Math.min(most, hits.size())));
    }
}
