package dev.vitrine.data.dataset;

import java.util.Arrays;

/**
 * A sparse matrix by rows (people) and columns (items), compressed by row; columns rise within a
 * row.
 *
 * @param rowStart {@code rows + 1} positions into the other two
 * @param column item numbers
 * @param value one weight per entry
 */
public record InteractionMatrix(
        int rows, int columns, int[] rowStart, int[] column, float[] value) {
    public InteractionMatrix {
        if (rowStart.length != rows + 1
                || column.length != value.length
                || rowStart[rows] != column.length) {
            throw new IllegalArgumentException(
                    "row starts, columns and values do not fit together");
        }
    }

    /** Number of stored entries. */
    public int entries() {
        return column.length;
    }

    public int rowLength(int row) {
        return rowStart[row + 1] - rowStart[row];
    }

    /** A copy of the item numbers of one row. */
    public int[] row(int row) {
        return Arrays.copyOfRange(column, rowStart[row], rowStart[row + 1]);
    }

    /** The same matrix with rows and columns exchanged. */
    public InteractionMatrix transpose() {
        int[] start = new int[columns + 1];
        for (int c : column) {
            start[c + 1]++;
        }
        for (int c = 0; c < columns; c++) {
            start[c + 1] += start[c];
        }
        int[] next = Arrays.copyOf(start, columns);
        int[] rowsOut = new int[column.length];
        float[] valuesOut = new float[column.length];
        for (int r = 0; r < rows; r++) {
            for (int p = rowStart[r]; p < rowStart[r + 1]; p++) {
                int q = next[column[p]]++;
                rowsOut[q] = r;
                valuesOut[q] = value[p];
            }
        }
        return new InteractionMatrix(columns, rows, start, rowsOut, valuesOut);
    }
}
