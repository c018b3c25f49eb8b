package dev.vitrine.kernel.statistics;

/**
 * Intervals of shares of yes, and of the difference of two. At a fixed number of trials: whoever
 * looks again and again wants {@link ConfidenceSequence} or {@link CountSequence}.
 */
public final class Proportions {
    private static final int HALVINGS = 100;

    private Proportions() {}

    /** The score interval of Wilson (1927): right on average, also for few trials. */
    public static Interval wilson(long successes, long trials, double confidence) {
        check(successes, trials);
        double z = Normal.factor(confidence);
        if (trials == 0) {
            return new Interval(0, 1);
        }
        double rate = successes / (double) trials;
        double spread = z * z / trials;
        double middle = (rate + spread / 2) / (1 + spread);
        double half =
                z / (1 + spread) * Math.sqrt(rate * (1 - rate) / trials + spread / (4 * trials));
        return new Interval(
                successes == 0 ? 0 : Math.max(0, middle - half),
                successes == trials ? 1 : Math.min(1, middle + half));
    }

    /** The interval of Clopper and Pearson (1934): never too narrow, mostly too wide. */
    public static Interval exact(long successes, long trials, double confidence) {
        check(successes, trials);
        double tail = (1 - Interval.requireConfidence(confidence)) / 2;
        double low = 0;
        double high = 1;
        for (double from = 0, to = successes == 0 ? 0 : 1, i = 0; i < HALVINGS; i++) {
            low = (from + to) / 2;
            if (Binomial.atLeast(successes, trials, low) < tail) {
                from = low;
            } else {
                to = low;
            }
        }
        for (double from = successes == trials ? 1 : 0, to = 1, i = 0; i < HALVINGS; i++) {
            high = (from + to) / 2;
            if (Binomial.cdf(successes, trials, high) < tail) {
                to = high;
            } else {
                from = high;
            }
        }
        return new Interval(low, high);
    }

    /**
     * Of the second rate less the first: Newcombe's hybrid of two score intervals (Statistics in
     * Medicine 17, 1998, method 10), which holds for few and rare successes too.
     */
    public static Interval difference(
            long successesA, long trialsA, long successesB, long trialsB, double confidence) {
        Interval a = wilson(successesA, trialsA, confidence);
        Interval b = wilson(successesB, trialsB, confidence);
        if (trialsA == 0 || trialsB == 0) {
            return new Interval(-1, 1);
        }
        double rateA = successesA / (double) trialsA;
        double rateB = successesB / (double) trialsB;
        double difference = rateB - rateA;
        return new Interval(
                difference - Math.hypot(rateB - b.low(), a.high() - rateA),
                difference + Math.hypot(b.high() - rateB, rateA - a.low()));
    }

    private static void check(long successes, long trials) {
        if (successes < 0 || successes > trials) {
            throw new IllegalArgumentException(successes + " successes of " + trials);
        }
    }
}
