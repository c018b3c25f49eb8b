package dev.vitrine.retrieval.table;

import java.util.Arrays;

/**
 * Solves one row of implicit matrix factorisation exactly: given the factors {@code y} of the other
 * side, whose Gram matrix {@code Y'Y} is diagonal, finds
 *
 * <pre>
 * x = argmin  sum_j w_j (1 - x.y_j)^2  +  alpha0 x' Y'Y x  +  ridge |x|^2
 *   = (D + Z W Z')^-1 Z W 1           D = alpha0 diag(Y'Y) + ridge, Z = columns y_j of the row
 *   = D^-1 Z (W^-1 + Z' D^-1 Z)^-1 1
 * </pre>
 *
 * The second form needs an n-by-n system for a row of n entries instead of one of d-by-d, and most
 * rows of a shop are shorter than d; it is Woodbury's identity, and it is cheap because D is
 * diagonal, which a rotation of both sides brings about without changing any score. Rows longer
 * than d use the first form. Reference for the objective: Rendle et al., "Revisiting the
 * Performance of iALS on Item Recommendation Benchmarks", RecSys 2022.
 *
 * <p>Holds its scratch space, two squares of d floats; not thread-safe. The same class fits models
 * and folds in a shopper's history when it is served.
 */
public final class FactorSolver {
    /** Rows gathered at a time in the first form: 256 rows of 128 floats fill half an L2 cache. */
    private static final int GATHER = 256;

    private final DenseKernels kernels;
    private final int dimensions;
    private final int stride;
    private final float[] panel;
    private final float[] square;
    private final float[] scale;
    private final float[] right;

    /**
     * @param dimensions d, the width of the factors
     */
    public FactorSolver(int dimensions, DenseKernels kernels) {
        this.kernels = kernels;
        this.dimensions = dimensions;
        this.stride = DenseKernels.padded(dimensions);
        this.panel = new float[Math.max(GATHER, stride) * stride];
        this.square = new float[stride * stride];
        this.scale = new float[dimensions];
        this.right = new float[stride];
    }

    /**
     * Writes the solution to {@code out[outOffset .. outOffset + d)}.
     *
     * @param factors of the other side, d per row
     * @param gram the diagonal of their Gram matrix, d values
     * @param unobserved alpha0, the weight of every cell
     * @param ridge the regularisation of this row, positive
     * @param columns rows of {@code factors}; those from {@code from} to {@code to - 1} are used
     * @param weights one per column, positive
     */
    public void solve(
            float[] factors,
            float[] gram,
            float unobserved,
            float ridge,
            int[] columns,
            float[] weights,
            int from,
            int to,
            float[] out,
            int outOffset) {
        Arrays.fill(out, outOffset, outOffset + dimensions, 0f);
        if (from == to) {
            return;
        }
        if (to - from <= dimensions) {
            solveShort(
                    factors, gram, unobserved, ridge, columns, weights, from, to, out, outOffset);
        } else {
            solveLong(factors, gram, unobserved, ridge, columns, weights, from, to, out, outOffset);
        }
    }

    private void solveShort(
            float[] factors,
            float[] gram,
            float unobserved,
            float ridge,
            int[] columns,
            float[] weights,
            int from,
            int to,
            float[] out,
            int outOffset) {
        int n = to - from;
        int width = DenseKernels.padded(n);
        for (int k = 0; k < dimensions; k++) {
            scale[k] = (float) (1 / Math.sqrt(unobserved * gram[k] + ridge));
        }
        packTransposed(factors, columns, from, n, width);
        int rows = (n + 3) / 4 * 4;
        Arrays.fill(square, 0, rows * width, 0f);
        kernels.addProduct(
                panel, 0, width, 1, panel, 0, width, dimensions, rows, width, true, square, width);
        for (int j = 0; j < n; j++) {
            square[j * width + j] += 1 / weights[from + j];
            right[j] = 1;
        }
        factor(square, n, width);
        kernels.solve(square, n, width, right);
        for (int j = 0; j < n; j++) {
            kernels.addScaled(
                    right[j], factors, columns[from + j] * dimensions, out, outOffset, dimensions);
        }
        for (int k = 0; k < dimensions; k++) {
            out[outOffset + k] *= scale[k] * scale[k];
        }
    }

    /** The gathered rows as columns of the panel, scaled by the root of the inverse of D. */
    private void packTransposed(float[] factors, int[] columns, int from, int n, int width) {
        for (int j = 0; j < n; j++) {
            int at = columns[from + j] * dimensions;
            for (int k = 0; k < dimensions; k++) {
                panel[k * width + j] = factors[at + k] * scale[k];
            }
        }
        if (n < width) {
            for (int k = 0; k < dimensions; k++) {
                Arrays.fill(panel, k * width + n, k * width + width, 0f);
            }
        }
    }

    private void solveLong(
            float[] factors,
            float[] gram,
            float unobserved,
            float ridge,
            int[] columns,
            float[] weights,
            int from,
            int to,
            float[] out,
            int outOffset) {
        Arrays.fill(square, 0f);
        Arrays.fill(right, 0f);
        for (int begin = from; begin < to; begin += GATHER) {
            int count = Math.min(GATHER, to - begin);
            for (int j = 0; j < count; j++) {
                int at = columns[begin + j] * dimensions;
                float weight = weights[begin + j];
                float root = (float) Math.sqrt(weight);
                for (int k = 0; k < dimensions; k++) {
                    panel[j * stride + k] = root * factors[at + k];
                }
                Arrays.fill(panel, j * stride + dimensions, (j + 1) * stride, 0f);
                kernels.addScaled(weight, factors, at, right, 0, dimensions);
            }
            kernels.addProduct(
                    panel, 0, stride, 1, panel, 0, stride, count, stride, stride, true, square,
                    stride);
        }
        for (int k = 0; k < dimensions; k++) {
            square[k * stride + k] += unobserved * gram[k] + ridge;
        }
        factor(square, dimensions, stride);
        kernels.solve(square, dimensions, stride, right);
        System.arraycopy(right, 0, out, outOffset, dimensions);
    }

    private void factor(float[] a, int n, int width) {
        if (!kernels.cholesky(a, n, width)) {
            throw new ArithmeticException(
                    "a system of "
                            + n
                            + " equations is not positive definite in floats; factors or weights"
                            + " are not finite, or the regularisation is too small");
        }
    }
}
