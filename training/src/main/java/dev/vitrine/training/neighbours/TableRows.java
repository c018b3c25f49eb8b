package dev.vitrine.training.neighbours;

import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.table.ItemTable;

/**
 * Collects the rows of an item table while several threads make them; each row is written once, by
 * one thread.
 */
public final class TableRows {
    private static final int[] NO_ITEMS = new int[0];
    private static final float[] NO_WEIGHTS = new float[0];

    private final int[][] neighbours;
    private final float[][] weights;

    public TableRows(int items) {
        neighbours = new int[items][];
        weights = new float[items][];
        java.util.Arrays.fill(neighbours, NO_ITEMS);
        java.util.Arrays.fill(weights, NO_WEIGHTS);
    }

    /** Sorts {@code best} and keeps a copy of it as the row of {@code item}. */
    public void put(int item, TopItems best) {
        best.sort();
        int[] row = new int[best.size()];
        float[] values = new float[best.size()];
        for (int i = 0; i < row.length; i++) {
            row[i] = best.item(i);
            values[i] = best.score(i);
        }
        neighbours[item] = row;
        weights[item] = values;
    }

    /** Joins the rows; they are given up one by one, so that at most a half is held twice. */
    public ItemTable build() {
        int items = neighbours.length;
        int[] start = new int[items + 1];
        for (int i = 0; i < items; i++) {
            start[i + 1] = Math.addExact(start[i], neighbours[i].length);
        }
        int[] allNeighbours = new int[start[items]];
        for (int i = 0; i < items; i++) {
            System.arraycopy(neighbours[i], 0, allNeighbours, start[i], neighbours[i].length);
            neighbours[i] = NO_ITEMS;
        }
        float[] allWeights = new float[start[items]];
        for (int i = 0; i < items; i++) {
            System.arraycopy(weights[i], 0, allWeights, start[i], weights[i].length);
            weights[i] = NO_WEIGHTS;
        }
        return new ItemTable(items, start, allNeighbours, allWeights);
    }
}
