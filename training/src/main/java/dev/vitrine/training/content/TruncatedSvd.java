package dev.vitrine.training.content;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.table.DenseKernels;
import dev.vitrine.training.factorization.SymmetricEigen;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.SplittableRandom;

/**
 * The leading right singular vectors of a sparse matrix by randomised subspace iteration (Halko,
 * Martinsson and Tropp, "Finding structure with randomness", 2011): a random block of a few more
 * columns than asked for is multiplied by {@code A'A} a few times and made orthonormal in between.
 */
public final class TruncatedSvd {
    /** Multiplications by A'A; text spectra fall slowly, and three bring the error near 1%. */
    static final int PASSES = 3;

    private static final int EXTRA = 16;
    private static final int BLOCK = 512;

    /** Directions with less than this share of the largest squared value are noise. */
    private static final double NOISE = 1e-6;

    private final InteractionMatrix matrix;
    private final InteractionMatrix transposed;
    private final int width;
    private final ParallelBlocks parallel;
    private final DenseKernels kernels = DenseKernels.best();

    private TruncatedSvd(InteractionMatrix matrix, int width, ParallelBlocks parallel) {
        this.matrix = matrix;
        this.transposed = matrix.transpose();
        this.width = width;
        this.parallel = parallel;
    }

    /**
     * {@code columns x dimensions}, row-major; directions that the matrix does not have are zero.
     */
    public static float[] rightVectors(
            InteractionMatrix matrix,
            int dimensions,
            long seed,
            ParallelBlocks parallel,
            Progress progress) {
        TruncatedSvd svd = new TruncatedSvd(matrix, dimensions + EXTRA, parallel);
        float[] right = svd.random(seed);
        for (int pass = 0; pass < PASSES; pass++) {
            svd.orthonormalize(right);
            right = svd.multiply(svd.transposed, svd.multiply(matrix, right));
            progress.advance(pass + 1);
        }
        svd.orthonormalize(right);
        return svd.leading(right, dimensions);
    }

    private float[] random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] block = new float[matrix.columns() * width];
        for (int c = 0; c < matrix.columns(); c++) {
            boolean used = transposed.rowLength(c) > 0;
            for (int k = 0; used && k < width; k++) {
                block[c * width + k] = (float) random.nextGaussian();
            }
        }
        return block;
    }

    private float[] multiply(InteractionMatrix a, float[] block) {
        float[] product = new float[Math.multiplyExact(a.rows(), width)];
        parallel.run(
                (a.rows() + BLOCK - 1) / BLOCK,
                () ->
                        b -> {
                            int end = Math.min(a.rows(), (b + 1) * BLOCK);
                            for (int r = b * BLOCK; r < end; r++) {
                                for (int p = a.rowStart()[r]; p < a.rowStart()[r + 1]; p++) {
                                    kernels.addScaled(
                                            a.value()[p],
                                            block,
                                            a.column()[p] * width,
                                            product,
                                            r * width,
                                            width);
                                }
                            }
                        });
        return product;
    }

    /** Replaces the columns of a block by an orthonormal basis of what they span. */
    private void orthonormalize(float[] block) {
        // Twice, since one pass through the Gram matrix loses half the digits.
        for (int pass = 0; pass < 2; pass++) {
            SymmetricEigen eigen = new SymmetricEigen(gram(block));
            apply(block, eigen, true, order(eigen.values()));
        }
    }

    /** The directions of greatest length under the matrix, within an orthonormal block. */
    private float[] leading(float[] block, int dimensions) {
        SymmetricEigen eigen = new SymmetricEigen(gram(multiply(matrix, block)));
        int[] order = order(eigen.values());
        apply(block, eigen, false, order);
        float[] out = new float[matrix.columns() * dimensions];
        for (int c = 0; c < matrix.columns(); c++) {
            System.arraycopy(block, c * width, out, c * dimensions, dimensions);
        }
        return out;
    }

    /** Multiplies a block by the eigenvectors in this order, scaled to unit length when asked. */
    private void apply(float[] block, SymmetricEigen eigen, boolean scaled, int[] order) {
        double[] values = eigen.values();
        double largest = Math.max(values[order[0]], Double.MIN_NORMAL);
        double[][] turn = new double[width][width];
        for (int k = 0; k < width; k++) {
            double value = values[order[k]];
            double scale = value <= NOISE * largest ? 0 : scaled ? 1 / Math.sqrt(value) : 1;
            for (int i = 0; i < width; i++) {
                turn[i][k] = eigen.vectors()[i][order[k]] * scale;
            }
        }
        int rows = block.length / width;
        parallel.run(
                (rows + BLOCK - 1) / BLOCK,
                () -> {
                    double[] turned = new double[width];
                    return b -> {
                        int end = Math.min(rows, (b + 1) * BLOCK);
                        for (int r = b * BLOCK; r < end; r++) {
                            turnRow(block, r * width, turn, turned);
                        }
                    };
                });
    }

    private static void turnRow(float[] block, int at, double[][] turn, double[] turned) {
        java.util.Arrays.fill(turned, 0);
        for (int i = 0; i < turned.length; i++) {
            double value = block[at + i];
            for (int k = 0; value != 0 && k < turned.length; k++) {
                turned[k] += value * turn[i][k];
            }
        }
        for (int k = 0; k < turned.length; k++) {
            block[at + k] = (float) turned[k];
        }
    }

    private double[][] gram(float[] block) {
        int rows = block.length / width;
        int blocks = Math.max(1, (rows + BLOCK * 16 - 1) / (BLOCK * 16));
        double[][][] partial = new double[blocks][][];
        parallel.run(
                blocks,
                () ->
                        b -> {
                            double[][] sum = new double[width][width];
                            int end = Math.min(rows, (b + 1) * BLOCK * 16);
                            for (int r = b * BLOCK * 16; r < end; r++) {
                                addOuter(block, r * width, sum);
                            }
                            partial[b] = sum;
                        });
        double[][] total = new double[width][width];
        for (double[][] sum : partial) {
            for (int i = 0; i < width; i++) {
                for (int j = 0; j <= i; j++) {
                    total[i][j] += sum[i][j];
                }
            }
        }
        return total;
    }

    private void addOuter(float[] block, int at, double[][] sum) {
        for (int i = 0; i < width; i++) {
            double value = block[at + i];
            if (value != 0) {
                for (int j = 0; j <= i; j++) {
                    sum[i][j] += value * block[at + j];
                }
            }
        }
    }

    /** Places of the values, largest first. */
    private static int[] order(double[] values) {
        Integer[] places = new Integer[values.length];
        java.util.Arrays.setAll(places, i -> i);
        java.util.Arrays.sort(places, (a, b) -> Double.compare(values[b], values[a]));
        int[] order = new int[places.length];
        java.util.Arrays.setAll(order, i -> places[i]);
        return order;
    }
}
