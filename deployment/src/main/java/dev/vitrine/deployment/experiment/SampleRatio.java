package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.CountSequence;
import dev.vitrine.kernel.statistics.CountTest;
import java.util.Arrays;
import java.util.List;

/**
 * Do arms have the visitors that they should have? Where they have not, something ate visitors of
 * one arm (a crash, a redirect, robots), those who are left differ, and no figure of the experiment
 * says what it seems to (Fabijan et al., KDD 2019).
 *
 * @param visitors of each arm
 * @param fixedP by a chi-square test, for a single look
 * @param validP for any number of looks, exact; mismatch is decided by this one
 */
public record SampleRatio(List<Long> visitors, double fixedP, double validP) {
    /** Rarer than one in a thousand by chance, over all looks. */
    static final double MISMATCH = .001;

    /** Visitors in all at which a mismatch is found soonest: small ones take many. */
    private static final double TIGHTEST_AT = 20_000;

    public SampleRatio {
        visitors = List.copyOf(visitors);
    }

    /**
     * @param shares that arms should have, above 0 and with the sum 1
     * @param visitors that arms have
     * @throws VitrineException MEASUREMENT_INVALID when there are not as many
     */
    public static SampleRatio of(List<Double> shares, long... visitors) {
        Require.measured(
                shares.size() == visitors.length,
                "visitors",
                visitors.length + " counts of visitors for " + shares.size() + " arms");
        double[] wanted = shares.stream().mapToDouble(Double::doubleValue).toArray();
        return new SampleRatio(
                Arrays.stream(visitors).boxed().toList(),
                CountTest.shares(visitors, wanted).pValue(),
                new CountSequence(shares, 1 - MISMATCH, TIGHTEST_AT).pValue(visitors));
    }

    /** Whether the experiment's figures are not to be believed. */
    public boolean mismatch() {
        return validP <= MISMATCH;
    }
}
