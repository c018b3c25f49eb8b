package dev.vitrine.retrieval.vector;

/** One row at a time; says what {@link SimdKernel} means. */
final class ScalarKernel implements Kernel {
    @Override
    public void estimate(
            Chunk chunk,
            int from,
            int to,
            int planes,
            int[] query,
            int total,
            float threshold,
            long[] rows,
            float[] out) {
        for (int block = from; block < to; block++) {
            long hits = 0;
            for (long left = rows[block]; left != 0; left &= left - 1) {
                int lane = Long.numberOfTrailingZeros(left);
                int row = block * Chunk.BLOCK + lane;
                int sum = sum(chunk.signs, block * planes * Chunk.BLOCK + lane, planes, query);
                out[row] = chunk.factors[row] * (total - 2 * sum);
                hits |= out[row] > threshold ? 1L << lane : 0;
            }
            rows[block] = hits;
        }
    }

    private static int sum(int[] signs, int at, int planes, int[] query) {
        int sum = 0;
        for (int plane = 0; plane < planes; plane++) {
            int q = plane * QUERY_INTS;
            int differ = signs[at + plane * Chunk.BLOCK] ^ query[q];
            for (int bit = 0; bit < MAGNITUDE_BITS; bit++) {
                sum += Integer.bitCount(differ & query[q + 1 + bit]) << bit;
            }
        }
        return sum;
    }

    @Override
    public float dot(float[] query, short[] values, int at, int stride) {
        float sum = 0;
        for (int d = 0; d < stride; d++) {
            sum += query[d] * values[at + d];
        }
        return sum;
    }
}
