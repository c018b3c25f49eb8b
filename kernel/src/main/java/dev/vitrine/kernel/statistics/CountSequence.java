package dev.vitrine.kernel.statistics;

import java.util.List;

/**
 * Are events shared out among arms as they should be? Exact however few there are, and valid at
 * every look: the test of Lindon and Malek (NeurIPS 2022). Events come to one of the arms with
 * given chances; against them stands a Dirichlet mixture of all chances, and their likelihood ratio
 * is a fair game until the given chances are wrong (see {@link ConfidenceSequence}).
 *
 * <p>Two uses. Visitors counted by arm: a sample-ratio mismatch. Rare events (failures, purchases)
 * counted by arm, where requests fall to the arms by chance with the given shares: if the arms'
 * rates are equal, an event falls to an arm with its share of requests, at whatever rate events
 * come and however that changes through the day. Events that come in clusters (one visitor, many
 * failures) are to be counted once a cluster.
 *
 * @param shares what each arm should have, above 0, with the sum 1; at least two
 * @param confidence in (0, 1)
 * @param tightestAt events at which the interval of the ratio is about tightest
 */
public record CountSequence(List<Double> shares, double confidence, double tightestAt) {
    private static final double ROUNDING = 1e-9;
    private static final int HALVINGS = 100;

    public CountSequence {
        shares = List.copyOf(shares);
        Interval.requireConfidence(confidence);
        double sum = 0;
        for (double share : shares) {
            sum += share > 0 ? share : Double.NaN;
        }
        if (shares.size() < 2 || !(Math.abs(sum - 1) < ROUNDING)) {
            throw new IllegalArgumentException("shares " + shares + " are not parts of 1");
        }
        if (!(tightestAt > 0 && Double.isFinite(tightestAt))) {
            throw new IllegalArgumentException("tightest at " + tightestAt + " events");
        }
    }

    /** Two arms that get the same number of requests. */
    public static CountSequence even(double confidence, double tightestAt) {
        return new CountSequence(List.of(.5, .5), confidence, tightestAt);
    }

    /**
     * How unlikely counts as uneven as these ever are when the shares are right.
     *
     * @param counts of events so far, one for each arm
     */
    public double pValue(long... counts) {
        if (counts.length != shares.size()) {
            throw new IllegalArgumentException(
                    counts.length + " counts for " + shares.size() + " arms");
        }
        double log = logMixture(counts);
        for (int i = 0; i < counts.length; i++) {
            log -= counts[i] * Math.log(shares.get(i));
        }
        return Math.min(1, Math.exp(-log));
    }

    /**
     * The rate of events of the second of two arms in units of the first's: 1 when they are equal.
     * Infinite to above while the first has next to none, 0 below while the second has.
     */
    public Interval rateRatio(long first, long second) {
        if (shares.size() != 2) {
            throw new IllegalArgumentException("a ratio of " + shares.size() + " arms");
        }
        double limit = Math.log(1 - confidence) + logMixture(first, second);
        double most = first + second == 0 ? .5 : second / (double) (first + second);
        double low = end(first, second, limit, most, 0);
        double high = end(first, second, limit, most, 1);
        double odds = shares.get(0) / shares.get(1);
        return new Interval(low / (1 - low) * odds, high / (1 - high) * odds);
    }

    /**
     * The end of the shares of the second arm that are not refuted, from the likeliest outwards.
     */
    private static double end(long first, long second, double limit, double from, double to) {
        if (logLikelihood(first, second, to) >= limit) {
            return to;
        }
        double inside = from;
        double outside = to;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (inside + outside) / 2;
            if (logLikelihood(first, second, middle) >= limit) {
                inside = middle;
            } else {
                outside = middle;
            }
        }
        return outside;
    }

    private static double logLikelihood(long first, long second, double share) {
        return (first == 0 ? 0 : first * Math.log1p(-share))
                + (second == 0 ? 0 : second * Math.log(share));
    }

    private double logMixture(long... counts) {
        double concentration =
                Math.max(1, tightestAt / (ConfidenceSequence.tightest(1 - confidence) - 1) - 1);
        double log = SpecialFunctions.logGamma(concentration);
        double all = concentration;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] < 0) {
                throw new IllegalArgumentException("a count of " + counts[i]);
            }
            double prior = concentration * shares.get(i);
            log += SpecialFunctions.logGamma(prior + counts[i]) - SpecialFunctions.logGamma(prior);
            all += counts[i];
        }
        return log - SpecialFunctions.logGamma(all);
    }
}
