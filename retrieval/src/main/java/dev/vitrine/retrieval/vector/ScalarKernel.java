package dev.vitrine.retrieval.vector;

/** One row at a time; says what {@link SimdKernel} means. */
final class ScalarKernel implements Kernel {
    @Override
    public long estimate(
            int[] signs,
            int at,
            int planes,
            float[] factors,
            int factorsAt,
            int[] query,
            int total,
            float threshold,
            float[] out) {
        long hits = 0;
        for (int row = 0; row < Chunk.BLOCK; row++) {
            int sum = 0;
            for (int plane = 0; plane < planes; plane++) {
                int q = plane * QUERY_INTS;
                int differ = signs[at + plane * Chunk.BLOCK + row] ^ query[q];
                for (int bit = 0; bit < MAGNITUDE_BITS; bit++) {
                    sum += Integer.bitCount(differ & query[q + 1 + bit]) << bit;
                }
            }
            float estimate = factors[factorsAt + row] * (total - 2 * sum);
            out[row] = estimate;
            hits |= estimate > threshold ? 1L << row : 0;
        }
        return hits;
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
