package dev.vitrine.retrieval.vector;

/**
 * The two loops that searching consists of. {@link SimdKernel} does what {@link ScalarKernel} does,
 * many lanes at a time; a test holds them equal.
 */
interface Kernel {
    /** Magnitude bits of a query's components; see {@link BitQuery}. */
    int MAGNITUDE_BITS = 4;

    /** Ints that a query has for each plane: signs, then one for each magnitude bit. */
    int QUERY_INTS = 1 + MAGNITUDE_BITS;

    /**
     * Estimates 64 rows. A row's estimate is {@code factor (total - 2 sum)}, where the sum runs
     * over the magnitudes of the dimensions in which the signs of row and query differ.
     *
     * @param signs the block begins at {@code at}; {@code planes} times 64 ints
     * @param factors the block begins at {@code factorsAt}
     * @param query {@link #QUERY_INTS} for each plane
     * @param out receives the 64 estimates
     * @return bit r is set when the estimate of row r exceeds {@code threshold}
     */
    long estimate(
            int[] signs,
            int at,
            int planes,
            float[] factors,
            int factorsAt,
            int[] query,
            int total,
            float threshold,
            float[] out);

    /**
     * The inner product of a query with one row of shorts.
     *
     * @param stride a multiple of 16; both have as many components
     */
    float dot(float[] query, short[] values, int at, int stride);

    /** The faster one on this machine. */
    static Kernel best() {
        return SimdKernel.worthwhile() ? new SimdKernel() : new ScalarKernel();
    }
}
