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
     * Estimates the blocks {@code from} to {@code to - 1} of a chunk. A row's estimate is {@code
     * factor (total - 2 sum)}, where the sum runs over the magnitudes of the dimensions in which
     * the signs of row and query differ. One call goes over many blocks, so that the compiler's
     * result does not depend on who calls.
     *
     * @param planes ints of signs for each row
     * @param query {@link #QUERY_INTS} for each plane
     * @param rows a word for each block, by its number in the chunk: on entry the rows that matter
     *     (a block without any is passed over), afterwards those of them whose estimate exceeds
     *     {@code threshold}
     * @param out receives the estimates, by row of the chunk
     */
    void estimate(
            Chunk chunk,
            int from,
            int to,
            int planes,
            int[] query,
            int total,
            float threshold,
            long[] rows,
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
