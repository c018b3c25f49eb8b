package dev.vitrine.retrieval.vector;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The rows of some hundred to some thousand neighbouring items, small enough that its arrays are
 * ordinary objects to the collector. Two forms of each vector x lie side by side:
 *
 * <ul>
 *   <li>16 bits a dimension and one scale, for exact scores (an error of about 1e-5 of the length);
 *   <li>one bit a dimension for estimates: with z = R(x) - c, the rotated vector less the centre of
 *       all, the signs b of z and the factor f = |z|^2 / sum|z|, which makes f (q . b) an unbiased
 *       estimate of q . z for a random rotation (Gao and Long, "RaBitQ", SIGMOD 2024).
 * </ul>
 *
 * <p>Signs lie in blocks of 64 rows, plane after plane: plane p of a block holds dimensions 32p to
 * 32p + 31 of its 64 rows, one int each, so that one register takes the same dimensions of 16 rows.
 *
 * <p>A row is written before its bit in {@link #present} is set, and read after that bit was seen.
 */
final class Chunk {
    static final int BLOCK = 64;

    private static final VarHandle WORDS = MethodHandles.arrayElementVarHandle(long[].class);

    /** Bit r of word b: row 64 b + r has a vector. */
    final long[] present;

    final int[] signs;
    final float[] factors;
    final short[] values;
    final float[] scales;

    /**
     * @param rows a multiple of 64
     * @param planes ints of signs for each row
     * @param stride shorts for each row
     */
    Chunk(int rows, int planes, int stride) {
        present = new long[rows / BLOCK];
        signs = new int[rows * planes];
        factors = new float[rows];
        values = new short[rows * stride];
        scales = new float[rows];
    }

    long present(int block) {
        return (long) WORDS.getAcquire(present, block);
    }

    boolean has(int row) {
        return (present(row >>> 6) >>> (row & 63) & 1) != 0;
    }

    void show(int row) {
        WORDS.getAndBitwiseOrRelease(present, row >>> 6, 1L << (row & 63));
    }

    void hide(int row) {
        WORDS.getAndBitwiseAnd(present, row >>> 6, ~(1L << (row & 63)));
        VarHandle.fullFence();
    }
}
