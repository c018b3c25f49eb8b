package dev.vitrine.retrieval.vector;

/**
 * A query cut to signs and four magnitude bits, so that its inner product with signs is counting
 * bits. With q about step (sign . magnitude), magnitudes 0 to 15, a row x = c + z of signs b and
 * factor f:
 *
 * <pre>
 * q . b = step (sum of all magnitudes - 2 sum of the magnitudes where the signs differ)
 * q . x = q . c + q . z, of which q . z is estimated by step f (total - 2 sum)
 * </pre>
 *
 * The step and q . c are the same for all rows, so that estimates leave them out: they order rows
 * and are no scores.
 *
 * <p>Four magnitude bits lose little: five need no more candidates than whole floats, three need a
 * few per cent more (docs/decisions/008-vector-retrieval.md). Scratch space of one search; not
 * thread-safe.
 */
final class BitQuery {
    private static final int MAX = (1 << Kernel.MAGNITUDE_BITS) - 1;

    final int[] ints;
    int total;

    private final float[] rotated;

    BitQuery(int planes) {
        ints = new int[planes * Kernel.QUERY_INTS];
        rotated = new float[planes * 32];
    }

    void set(float[] query, Rotation rotation) {
        rotation.apply(query, rotated);
        java.util.Arrays.fill(ints, 0);
        float largest = 0;
        for (float component : rotated) {
            largest = Math.max(largest, Math.abs(component));
        }
        float step = Math.max(largest / MAX, Float.MIN_NORMAL);
        total = 0;
        for (int d = 0; d < rotated.length; d++) {
            int plane = (d >>> 5) * Kernel.QUERY_INTS;
            int bit = 1 << (d & 31);
            ints[plane] |= rotated[d] < 0 ? bit : 0;
            int magnitude = Math.min(MAX, Math.round(Math.abs(rotated[d]) / step));
            total += magnitude;
            for (int m = 0; m < Kernel.MAGNITUDE_BITS; m++) {
                ints[plane + 1 + m] |= (magnitude >>> m & 1) != 0 ? bit : 0;
            }
        }
    }
}
