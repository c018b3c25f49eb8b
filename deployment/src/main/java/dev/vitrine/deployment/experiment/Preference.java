package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.Binomial;
import dev.vitrine.kernel.statistics.CountSequence;
import dev.vitrine.kernel.statistics.Interval;
import dev.vitrine.kernel.statistics.Proportions;

/**
 * Which of two interleaved rankings visitors prefer: the sign of each visitor's credits, summed up
 * over all lists that the visitor was shown, counts once.
 *
 * @param share of the visitors with a preference who prefer the second; .5 when there are none
 * @param fixed interval of the share, exact (Clopper and Pearson), for a single look
 * @param fixedP of the sign test, for a single look
 * @param validP for any number of looks, exact too
 */
public record Preference(
        long forFirst,
        long forSecond,
        long ties,
        double share,
        Interval fixed,
        double fixedP,
        double validP) {
    /** Visitors with a preference at which looking again and again finds one soonest. */
    private static final double TIGHTEST_AT = 500;

    /**
     * @param forFirst visitors with a sum of credits below 0
     * @param forSecond visitors with a sum above 0
     * @param ties visitors with a sum of 0
     * @throws VitrineException MEASUREMENT_INVALID for negative counts
     */
    public static Preference of(long forFirst, long forSecond, long ties, double confidence) {
        Require.measured(
                Math.min(forFirst, Math.min(forSecond, ties)) >= 0,
                "credits",
                "visitors " + forFirst + ", " + forSecond + " and " + ties);
        Require.within("confidence", confidence, 0, 1);
        long decided = forFirst + forSecond;
        return new Preference(
                forFirst,
                forSecond,
                ties,
                decided == 0 ? .5 : forSecond / (double) decided,
                Proportions.exact(forSecond, decided, confidence),
                Binomial.signTest(forFirst, forSecond),
                CountSequence.even(confidence, TIGHTEST_AT).pValue(forFirst, forSecond));
    }
}
