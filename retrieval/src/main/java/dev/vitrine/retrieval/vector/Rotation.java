package dev.vitrine.retrieval.vector;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A random rotation. One bit for each dimension says most when no dimension carries more than
 * another; factors sorted by their strength would waste nearly all bits. Inner products stay as
 * they are. Vectors are filled up with zeros to a multiple of 64 dimensions first.
 */
final class Rotation {
    private final int dimensions;
    private final int width;
    private final float[] columns;

    /**
     * @param dimensions of what is rotated
     * @param width of the result, at least as many
     */
    Rotation(int dimensions, int width, long seed) {
        this.dimensions = dimensions;
        this.width = width;
        this.columns = orthonormal(dimensions, width, new SplittableRandom(seed));
    }

    /** Gaussian rows made orthogonal one after the other (Gram and Schmidt, each pass twice). */
    private static float[] orthonormal(int rows, int width, RandomGenerator random) {
        double[][] basis = new double[rows][width];
        for (int i = 0; i < rows; i++) {
            double[] row = basis[i];
            for (int d = 0; d < width; d++) {
                row[d] = random.nextGaussian();
            }
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    double dot = dot(row, basis[j]);
                    for (int d = 0; d < width; d++) {
                        row[d] -= dot * basis[j][d];
                    }
                }
                double norm = Math.sqrt(dot(row, row));
                for (int d = 0; d < width; d++) {
                    row[d] /= norm;
                }
            }
        }
        float[] flat = new float[rows * width];
        for (int i = 0; i < rows; i++) {
            for (int d = 0; d < width; d++) {
                flat[i * width + d] = (float) basis[i][d];
            }
        }
        return flat;
    }

    private static double dot(double[] left, double[] right) {
        double sum = 0;
        for (int d = 0; d < left.length; d++) {
            sum += left[d] * right[d];
        }
        return sum;
    }

    /** Overwrites the first {@code width} places of {@code out}. */
    void apply(float[] vector, float[] out) {
        java.util.Arrays.fill(out, 0, width, 0f);
        for (int i = 0; i < dimensions; i++) {
            float value = vector[i];
            int row = i * width;
            for (int d = 0; d < width; d++) {
                out[d] += value * columns[row + d];
            }
        }
    }
}
