package dev.vitrine.server.telemetry;

/**
 * Bounds of latency buckets that grow by a quarter each, from 0.05 ms to about 30 s: a percentile
 * read from them is at most a quarter too high.
 */
final class LatencyBuckets {
    static final int COUNT = 61;
    private static final long FIRST_NANOS = 50_000;
    private static final double GROWTH = 1.25;
    private static final long[] UPPER = new long[COUNT];

    static {
        double bound = FIRST_NANOS;
        for (int i = 0; i < COUNT; i++) {
            UPPER[i] = (long) bound;
            bound *= GROWTH;
        }
        UPPER[COUNT - 1] = Long.MAX_VALUE;
    }

    private LatencyBuckets() {}

    /** The bucket of a duration, found by halving. */
    static int of(long nanos) {
        int low = 0;
        int high = COUNT - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (UPPER[middle] >= nanos) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** The upper bound of a bucket in milliseconds. */
    static double upperMillis(int bucket) {
        return bucket == COUNT - 1
                ? FIRST_NANOS * Math.pow(GROWTH, COUNT - 1) / 1e6
                : UPPER[bucket] / 1e6;
    }
}
