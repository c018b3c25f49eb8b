package dev.vitrine.training.factorization;

import dev.vitrine.retrieval.table.DenseKernels;
import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.SplittableRandom;

/**
 * The factors of one side, people or items: a row-major array of d floats per row, with the
 * operations on all rows that alternate with the solves.
 */
final class FactorSide {
    /** Rows of one block: the panel of a block of 128 dimensions is 256 KiB, a quarter of L2. */
    private static final int BLOCK = 512;

    /** Sums are kept for this many groups of blocks, whatever the number of threads. */
    private static final int GROUPS = 32;

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    final int rows;
    final int dimensions;
    final float[] factors;
    private final DenseKernels kernels;

    FactorSide(int rows, int dimensions, DenseKernels kernels) {
        this.rows = rows;
        this.dimensions = dimensions;
        this.factors = new float[Math.multiplyExact(rows, dimensions)];
        this.kernels = kernels;
    }

    private int blocks() {
        return (rows + BLOCK - 1) / BLOCK;
    }

    private int blockRows(int block) {
        return Math.min(BLOCK, rows - block * BLOCK);
    }

    /** Independent normal values of mean 0; each block has a seed of its own. */
    void randomize(double deviation, long seed, ParallelBlocks parallel) {
        parallel.run(
                blocks(),
                () ->
                        block -> {
                            SplittableRandom random =
                                    new SplittableRandom(seed + GOLDEN * (block + 1));
                            int from = block * BLOCK * dimensions;
                            int to = from + blockRows(block) * dimensions;
                            for (int i = from; i < to; i++) {
                                factors[i] = (float) (deviation * random.nextGaussian());
                            }
                        });
    }

    /**
     * The Gram matrix, d by d. Blocks are summed in floats and blocks with each other in doubles,
     * in an order that does not depend on the threads.
     */
    double[][] gram(ParallelBlocks parallel) {
        int groups = Math.min(GROUPS, blocks());
        double[][][] partial = new double[groups][][];
        int stride = DenseKernels.padded(dimensions);
        parallel.run(
                groups,
                () -> {
                    float[] panel = new float[BLOCK * stride];
                    float[] product = new float[stride * stride];
                    return group -> partial[group] = gramOfGroup(group, groups, panel, product);
                });
        double[][] sum = new double[dimensions][dimensions];
        for (double[][] part : partial) {
            for (int i = 0; i < dimensions; i++) {
                for (int j = i; j < dimensions; j++) {
                    sum[i][j] += part[i][j];
                }
            }
        }
        for (int i = 0; i < dimensions; i++) {
            for (int j = 0; j < i; j++) {
                sum[i][j] = sum[j][i];
            }
        }
        return sum;
    }

    private double[][] gramOfGroup(int group, int groups, float[] panel, float[] product) {
        int stride = DenseKernels.padded(dimensions);
        double[][] sum = new double[dimensions][dimensions];
        for (int block = group; block < blocks(); block += groups) {
            int count = gather(block, panel, stride);
            java.util.Arrays.fill(product, 0f);
            kernels.addProduct(
                    panel, 0, stride, 1, panel, 0, stride, count, stride, stride, true, product,
                    stride);
            for (int i = 0; i < dimensions; i++) {
                for (int j = i; j < dimensions; j++) {
                    sum[i][j] += product[i * stride + j];
                }
            }
        }
        return sum;
    }

    /** Replaces every row {@code y} by {@code y q}, with an orthogonal {@code q}. */
    void rotate(double[][] q, ParallelBlocks parallel) {
        int stride = DenseKernels.padded(dimensions);
        float[] rotation = new float[dimensions * stride];
        for (int k = 0; k < dimensions; k++) {
            for (int j = 0; j < dimensions; j++) {
                rotation[k * stride + j] = (float) q[k][j];
            }
        }
        parallel.run(
                blocks(),
                () -> {
                    float[] panel = new float[BLOCK * stride];
                    float[] product = new float[BLOCK * stride];
                    return block -> rotateBlock(block, rotation, panel, product);
                });
    }

    private void rotateBlock(int block, float[] rotation, float[] panel, float[] product) {
        int stride = DenseKernels.padded(dimensions);
        int count = gather(block, panel, stride);
        int padded = (count + 3) / 4 * 4;
        java.util.Arrays.fill(product, 0, padded * stride, 0f);
        kernels.addProduct(
                panel,
                0,
                1,
                stride,
                rotation,
                0,
                stride,
                dimensions,
                padded,
                stride,
                false,
                product,
                stride);
        int to = block * BLOCK * dimensions;
        for (int r = 0; r < count; r++) {
            System.arraycopy(product, r * stride, factors, to + r * dimensions, dimensions);
        }
    }

    private int gather(int block, float[] panel, int stride) {
        int count = blockRows(block);
        int from = block * BLOCK * dimensions;
        for (int r = 0; r < count; r++) {
            System.arraycopy(factors, from + r * dimensions, panel, r * stride, dimensions);
        }
        return count;
    }
}
