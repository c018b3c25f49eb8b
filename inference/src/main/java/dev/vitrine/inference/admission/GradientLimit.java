package dev.vitrine.inference.admission;

/**
 * How many requests may be inside at once, learned from how long they take (the family of TCP
 * Vegas, Brakmo and Peterson 1995, and of Netflix's gradient limits).
 *
 * <p>The time without waiting, the baseline, is the mean over requests that found a free place when
 * they came. What is tolerated is the baseline plus a wait. After each window of at least {@value
 * #WINDOW_MILLIS} ms, {@value #LEAST_SAMPLES} answers and as long as an answer takes, the mean time
 * is held against that: above it, the limit is multiplied with tolerated / mean, but not with less
 * than a half; below it, the limit grows by a tenth and one.
 *
 * <p>Two ways in which such limits are known to drift off are closed. A limit that grows while it
 * limits nothing says nothing when it is needed: it grows only when three quarters of it were in
 * use, and when it shrinks it does so from twice what was in use. It never grows while the mean is
 * above what is tolerated: an allowance for a queue that is added even then makes the limit creep
 * up under a modest overload (concurrency-limits#134). And a baseline that is learned from requests
 * that waited takes the queue for the service, so that a long overload raises what is tolerated and
 * with it the queue (concurrency-limits#165): here such requests teach nothing. A service that has
 * really become slower drives the limit down to the number of places, where every request finds a
 * free one and the new baseline is learned; no probing is needed.
 *
 * <p>Not safe for concurrent use.
 */
public final class GradientLimit {
    private static final int WINDOW_MILLIS = 100;
    private static final int LEAST_SAMPLES = 10;
    private static final double LEAST_GRADIENT = 0.5;
    private static final double GROWTH = 1.1;
    private static final double IN_USE = 0.75;

    /** How much of the mean of a window's free requests enters the baseline. */
    private static final double BASELINE_WEIGHT = 0.3;

    private final int places;
    private final int most;
    private final double waitNanos;
    private double limit;
    private double baseline;

    private long windowStart;
    private boolean windowOpen;
    private int samples;
    private double sum;
    private int peak;
    private int freeSamples;
    private double freeSum;

    /**
     * @param places requests that can be worked on at once; the limit is never less
     * @param most the limit at the start, and never more
     * @param waitNanos that a request may take beyond its time alone
     */
    public GradientLimit(int places, int most, long waitNanos) {
        if (places < 1 || most < places || waitNanos < 0) {
            throw new IllegalArgumentException(
                    "places " + places + ", most " + most + ", wait " + waitNanos);
        }
        this.places = places;
        this.most = most;
        this.waitNanos = waitNanos;
        this.limit = most;
    }

    /** Requests that may be inside at once. */
    public int limit() {
        return (int) limit;
    }

    /** The time of a request that need not wait; 0 until one was seen. */
    public long baselineNanos() {
        return (long) baseline;
    }

    /**
     * A request was answered.
     *
     * @param now monotonic, in nanoseconds
     * @param nanos from its arrival to its answer
     * @param inside requests that were inside when it came, with itself
     */
    public void answered(long now, long nanos, int inside) {
        if (!windowOpen) {
            windowOpen = true;
            windowStart = now;
        }
        samples++;
        sum += nanos;
        peak = Math.max(peak, inside);
        if (inside <= places) {
            freeSamples++;
            freeSum += nanos;
        }
        double mean = sum / samples;
        long length = now - windowStart;
        if (samples >= LEAST_SAMPLES && length >= WINDOW_MILLIS * 1_000_000L && length >= mean) {
            endWindow(mean);
        }
    }

    /** A request waited in vain: it counts as one that took twice what is tolerated. */
    public void dropped(long now, int inside) {
        answered(now, (long) (2 * (baseline + waitNanos)), Math.max(inside, places + 1));
    }

    private void endWindow(double mean) {
        if (freeSamples > 0) {
            double free = freeSum / freeSamples;
            baseline = baseline == 0 ? free : baseline + BASELINE_WEIGHT * (free - baseline);
        }
        double tolerated = baseline + waitNanos;
        if (baseline > 0 && mean > tolerated) {
            double gradient = Math.max(LEAST_GRADIENT, tolerated / mean);
            limit = Math.min(limit, 2.0 * peak) * gradient;
        } else if (peak >= limit * IN_USE) {
            limit = limit * GROWTH + 1;
        }
        limit = Math.clamp(limit, places, most);
        windowOpen = false;
        samples = 0;
        sum = 0;
        peak = 0;
        freeSamples = 0;
        freeSum = 0;
    }
}
