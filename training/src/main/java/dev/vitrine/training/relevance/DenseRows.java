package dev.vitrine.training.relevance;

import dev.vitrine.data.dataset.InteractionMatrix;

/**
 * Texts as short vectors.
 *
 * @param values {@code width} for each text, of length one or all zero
 */
record DenseRows(float[] values, int width) {
    /** Sparse rows projected on directions, {@code columns x width}. */
    static DenseRows projected(InteractionMatrix rows, float[] directions, int width) {
        float[] values = new float[rows.rows() * width];
        for (int row = 0; row < rows.rows(); row++) {
            for (int p = rows.rowStart()[row]; p < rows.rowStart()[row + 1]; p++) {
                int from = rows.column()[p] * width;
                for (int d = 0; d < width; d++) {
                    values[row * width + d] += rows.value()[p] * directions[from + d];
                }
            }
            normalize(values, row * width, width);
        }
        return new DenseRows(values, width);
    }

    static void normalize(float[] values, int from, int width) {
        double squares = 0;
        for (int d = 0; d < width; d++) {
            squares += (double) values[from + d] * values[from + d];
        }
        float scale = squares > 1e-12 ? (float) (1 / Math.sqrt(squares)) : 0;
        for (int d = 0; d < width; d++) {
            values[from + d] *= scale;
        }
    }

    double cosine(int a, int b) {
        return dot(this, a, this, b);
    }

    /** The cosine of rows of two tables of the same width. */
    static double dot(DenseRows left, int a, DenseRows right, int b) {
        double sum = 0;
        for (int d = 0; d < left.width; d++) {
            sum += left.values[a * left.width + d] * right.values[b * left.width + d];
        }
        return sum;
    }

    float value(int row, int dimension) {
        return values[row * width + dimension];
    }
}
