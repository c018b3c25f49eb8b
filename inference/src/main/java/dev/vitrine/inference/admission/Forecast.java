package dev.vitrine.inference.admission;

/**
 * How long a request to one model will take, learned from those before it: the time of a run, what
 * a request costs (its part of the run that it shared), and by how much waits were longer than the
 * work ahead says.
 *
 * <p>What decides are quantiles, not means: a time that 99 of 100 runs stay below, and a factor to
 * the work ahead that 99 of 100 waits stay below. Both are found by stochastic approximation
 * (Robbins and Monro 1951). The time of a run is raised by 0.099 of itself when one was longer and
 * lowered by 0.001 when not. Waits that end together have one cause, such as a pause of the whole
 * process; so the factor moves once for each {@value #EPOCH} requests that came after it had moved
 * last, by half of what the share of those that waited longer is above one in a hundred. So a
 * request that is let in is answered in time not in half of the cases but nearly always, however
 * steady or unsteady the machine is, and a pause alone does not close the door.
 *
 * <p>Not safe for concurrent use, but each value may be read by any thread.
 */
final class Forecast {
    private static final double WEIGHT = 0.1;

    /** A run counts as at most so many times the mean: it may have met a pause of the process. */
    private static final double FARTHEST = 2;

    private static final double UP = 0.099;
    private static final double DOWN = 0.001;
    private static final int EPOCH = 8;
    private static final double LONGER = 0.01;
    private static final double STEP = 0.5;
    private static final double MOST_STEP = 0.25;
    private static final double LEAST_FACTOR = 0.7;
    private static final double MOST_FACTOR = 4;

    /** A run is expected to take at most so many times the mean, lest one outlier stays long. */
    private static final double MOST_SPREAD = 4;

    /** Waits that were expected to be shorter than this say nothing about the factor. */
    private static final long LEAST_EXPECTED = 2_000_000;

    private volatile double run;
    private volatile double longRun;
    private volatile double cost;
    private volatile double factor = 1;
    private long epochBegan = Long.MIN_VALUE;
    private int inEpoch;
    private int longerInEpoch;

    /**
     * @param cameAt when it came, monotonic
     * @param now when it is answered
     * @param expectedNanos the work that was ahead of it
     * @param waitedNanos from its arrival to the begin of its run
     * @param runNanos of the run
     * @param sharing requests that shared the run
     */
    void ran(
            long cameAt,
            long now,
            long expectedNanos,
            long waitedNanos,
            long runNanos,
            int sharing) {
        double mean = mean(run, runNanos);
        double before = longRun == 0 ? runNanos : longRun;
        longRun =
                Math.clamp(
                        before * (runNanos > before ? 1 + UP : 1 - DOWN), mean, MOST_SPREAD * mean);
        run = mean;
        cost = mean(cost, (double) runNanos / sharing);
        if (expectedNanos >= LEAST_EXPECTED) {
            waited(cameAt, now, waitedNanos > factor * expectedNanos);
        }
    }

    /** A run against the forecast: when that was too long, half of the error is forgotten. */
    void trial(long runNanos) {
        if (runNanos < run) {
            run = (run + runNanos) / 2;
            longRun = Math.min(longRun, MOST_SPREAD * run);
            cost = Math.min(cost, run);
        }
    }

    /** It was still waiting when its time was over. */
    void dropped(long cameAt, long now, long expectedNanos) {
        if (expectedNanos >= LEAST_EXPECTED) {
            waited(cameAt, now, true);
        }
    }

    private void waited(long cameAt, long now, boolean longer) {
        if (epochBegan != Long.MIN_VALUE && cameAt - epochBegan < 0) {
            return;
        }
        longerInEpoch += longer ? 1 : 0;
        if (++inEpoch < EPOCH) {
            return;
        }
        double step = STEP * ((double) longerInEpoch / inEpoch - LONGER);
        factor = Math.clamp(factor + Math.min(MOST_STEP, step), LEAST_FACTOR, MOST_FACTOR);
        epochBegan = now;
        inEpoch = 0;
        longerInEpoch = 0;
    }

    private static double mean(double before, double nanos) {
        return before == 0
                ? nanos
                : before + WEIGHT * (Math.min(nanos, FARTHEST * before) - before);
    }

    /** Of one run; 0 until there was one. */
    long runNanos() {
        return (long) run;
    }

    /** Which hardly any run takes longer than; 0 until there was one. */
    long longRunNanos() {
        return (long) longRun;
    }

    /** Of the processors' time that a request takes. */
    long costNanos() {
        return (long) cost;
    }

    /** How long a newcomer waits behind so much work. */
    long waitNanos(long aheadNanos) {
        return (long) (factor * aheadNanos);
    }

    double factor() {
        return factor;
    }
}
