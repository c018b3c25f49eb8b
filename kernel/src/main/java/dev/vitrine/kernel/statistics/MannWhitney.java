package dev.vitrine.kernel.statistics;

import java.util.Arrays;

/**
 * Do values of a treatment tend to be larger or smaller than those of a control, whatever their
 * distribution? The rank test of Mann and Whitney (1947). Up to {@value #EXACT} values in all, p
 * values are exact: every way to deal the observed mid-ranks to the two groups is counted, so ties
 * are right too. With more, they come from the normal approximation with the variance corrected for
 * ties (Lehmann 1975) and a continuity correction of one half.
 *
 * <p>The effect size is the probability of superiority, with an interval by Newcombe's method 5
 * (Statistics in Medicine 25, 2006): a score interval that has a width even where the groups do not
 * overlap. It takes no account of ties, which makes it wider than it need be where there are many.
 *
 * @param u pairs of a control and a treatment value in which the treatment's is larger, a tie for
 *     half
 * @param pValue two-sided
 * @param pGreater small when the treatment's values are larger
 * @param pLess small when the treatment's values are smaller
 * @param superiority the chance that a treatment value is larger than a control value, half for a
 *     tie; .5 without a difference
 * @param superiorityInterval of the confidence asked for, within [0, 1]
 * @param exact whether p values are exact
 */
public record MannWhitney(
        double u,
        double pValue,
        double pGreater,
        double pLess,
        double superiority,
        Interval superiorityInterval,
        boolean exact) {
    static final int EXACT = 40;

    private static final int HALVINGS = 60;

    /**
     * @param control at least one value; infinite ones count as such, NaN is refused
     * @param treatment as control
     * @param confidence of the interval, in (0, 1)
     */
    public static MannWhitney of(double[] control, double[] treatment, double confidence) {
        int controls = control.length;
        int treatments = treatment.length;
        if (controls == 0 || treatments == 0) {
            throw new IllegalArgumentException(
                    controls + " control and " + treatments + " treatment values");
        }
        double[] all = Arrays.copyOf(control, controls + treatments);
        System.arraycopy(treatment, 0, all, controls, treatments);
        Arrays.sort(all);
        if (Double.isNaN(all[all.length - 1])) {
            throw new IllegalArgumentException("a value is NaN");
        }
        // Twice the mid-rank, so that it is whole.
        long[] ranks = new long[all.length];
        double tied = 0;
        for (int from = 0, to; from < all.length; from = to) {
            to = from + 1;
            while (to < all.length && all[to] == all[from]) {
                to++;
            }
            Arrays.fill(ranks, from, to, from + to + 1L);
            double many = to - from;
            tied += many * many * many - many;
        }
        long sum = 0;
        for (double value : treatment) {
            sum += ranks[first(all, value)];
        }
        double pairs = (double) controls * treatments;
        double u = sum / 2.0 - treatments * (treatments + 1.0) / 2;
        double superiority = u / pairs;
        Interval interval = interval(superiority, controls, treatments, confidence);
        if (all.length <= EXACT) {
            double[] chances = exact(ranks, treatments, (int) sum);
            double both = Math.min(1, 2 * Math.min(chances[0], chances[1]));
            return new MannWhitney(u, both, chances[1], chances[0], superiority, interval, true);
        }
        double many = all.length;
        double deviation = Math.sqrt(pairs / 12 * (many + 1 - tied / (many * (many - 1))));
        double greater = tail(u - pairs / 2, deviation);
        double less = tail(pairs / 2 - u, deviation);
        return new MannWhitney(
                u,
                Math.min(1, 2 * Math.min(greater, less)),
                greater,
                less,
                superiority,
                interval,
                false);
    }

    private static int first(double[] sorted, double value) {
        int low = 0;
        int high = sorted.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static double tail(double above, double deviation) {
        return deviation == 0 ? 1 : Normal.survival((above - .5) / deviation);
    }

    /**
     * The chances of a rank sum of at most, and of at least, the one observed.
     *
     * @param ranks doubled
     */
    private static double[] exact(long[] ranks, int treatments, int observed) {
        int most = 0;
        for (long rank : ranks) {
            most += (int) rank;
        }
        double[][] ways = new double[treatments + 1][most + 1];
        ways[0][0] = 1;
        for (long rank : ranks) {
            for (int chosen = treatments; chosen > 0; chosen--) {
                for (int sum = most; sum >= rank; sum--) {
                    ways[chosen][sum] += ways[chosen - 1][sum - (int) rank];
                }
            }
        }
        double all = 0;
        double atMost = 0;
        double atLeast = 0;
        for (int sum = 0; sum <= most; sum++) {
            double count = ways[treatments][sum];
            all += count;
            atMost += sum <= observed ? count : 0;
            atLeast += sum >= observed ? count : 0;
        }
        return new double[] {atMost / all, atLeast / all};
    }

    private static Interval interval(
            double superiority, int controls, int treatments, double confidence) {
        double z = Normal.factor(confidence);
        double above = limit(superiority, z, controls, treatments);
        double below = 1 - limit(1 - superiority, z, controls, treatments);
        return new Interval(Math.min(below, superiority), Math.max(above, superiority));
    }

    /** The largest true chance from which the observed one is no more than z deviations away. */
    private static double limit(double observed, double z, int controls, int treatments) {
        double like = (controls + treatments) / 2.0 - 1;
        double pairs = (double) controls * treatments;
        double low = observed;
        double high = 1;
        for (int i = 0; i < HALVINGS; i++) {
            double chance = (low + high) / 2;
            double variance =
                    chance
                            * (1 - chance)
                            * (1 + like * ((1 - chance) / (2 - chance) + chance / (1 + chance)))
                            / pairs;
            if (chance - observed <= z * Math.sqrt(variance)) {
                low = chance;
            } else {
                high = chance;
            }
        }
        return low;
    }

    /** Twice the superiority less one: -1 when every treatment value is smaller, 1 when larger. */
    public double cliffsDelta() {
        return 2 * superiority - 1;
    }

    /** Of {@link #cliffsDelta}, within [-1, 1]. */
    public Interval cliffsDeltaInterval() {
        return new Interval(2 * superiorityInterval.low() - 1, 2 * superiorityInterval.high() - 1);
    }
}
