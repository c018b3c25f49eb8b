package dev.vitrine.kernel.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What is said of many looks at once holds, beside the formulas of the papers. */
class SequencesTest {
    private static final ConfidenceSequence AT_1000 = new ConfidenceSequence(.95, 1000);

    /**
     * Equation 16 of Waudby-Smith et al., with the width of the mixture by Lambert's function, in
     * 30 digits; and the p value as an integral over the mixture.
     */
    @Test
    void theIntervalIsThatOfThePaper() {
        double[][] halfWidths = {
            {10, 2.82827860139768},
            {1000, .0959789980259653},
            {2500, .061651470407177},
            {10_000, .0324631075461313}
        };
        for (double[] one : halfWidths) {
            long count = (long) one[0];
            Interval interval = AT_1000.mean(new Moments(count, 7, count - 1));
            assertThat(interval.high() - 7).isCloseTo(one[1], within(one[1] * 1e-12));
            assertThat(7 - interval.low()).isCloseTo(one[1], within(one[1] * 1e-12));
        }
        assertThat(AT_1000.pValue(3.2, 1)).isCloseTo(.0316205033448, within(1e-12));
        assertThat(AT_1000.pValue(-3.5, 1)).isCloseTo(.0129087187953, within(1e-12));
        assertThat(AT_1000.pValue(4.5, .1)).isCloseTo(.0140417236592, within(1e-12));
        assertThat(AT_1000.pGreater(3.2, 1)).isCloseTo(.0158301716774, within(1e-12));
        assertThat(AT_1000.pGreater(2, .5)).isCloseTo(.234777929064, within(1e-12));
        assertThat(AT_1000.pGreater(-3.5, 1)).isEqualTo(1);
    }

    @Test
    void itIsTightestWhereItWasToldTo() {
        double there = AT_1000.factor(1);
        assertThat(there / Normal.factor(.95)).isCloseTo(1.54856, within(1e-5));
        assertThat(AT_1000.factor(.9)).isGreaterThan(there);
        assertThat(AT_1000.factor(1.1)).isGreaterThan(there);
        assertThat(AT_1000.factor(0)).isInfinite();
        assertThat(AT_1000.oneSidedFactor(1)).isLessThan(there).isGreaterThan(1.645);
    }

    @Test
    void whatHasNoVarianceYetIsUnknown() {
        Moments noClicks = Moments.ofSuccesses(0, 500);
        assertThat(AT_1000.difference(noClicks, noClicks)).isEqualTo(Interval.UNBOUNDED);
        assertThat(AT_1000.pValue(noClicks, noClicks)).isEqualTo(1);
        assertThat(AT_1000.pGreater(noClicks, noClicks)).isEqualTo(1);
        assertThat(AT_1000.mean(Moments.NONE)).isEqualTo(Interval.UNBOUNDED);
        assertThat(AT_1000.difference(Moments.of(1, 2), Moments.of(3)))
                .isEqualTo(Interval.UNBOUNDED);
        assertThatIllegalArgumentException().isThrownBy(() -> new ConfidenceSequence(1, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new ConfidenceSequence(.95, 0));
    }

    /** Both arms as large as planned: the information is that at which it is tightest. */
    @Test
    void armsOfAnySize() {
        Moments small = new Moments(1000, 0, 999);
        Moments large = new Moments(9000, 0, 8999);
        assertThat(AT_1000.fraction(small, small)).isCloseTo(1, within(1e-12));
        assertThat(AT_1000.fraction(small, large)).isCloseTo(1.8, within(1e-12));
    }

    /**
     * Random walks of the two arms of an experiment, looked at after every pair: at most 5 in 100
     * intervals ever miss, while those made for one look do in most walks.
     */
    @Test
    void peekingIsAllowed() {
        SplittableRandom random = new SplittableRandom(7);
        int walks = 2000;
        int looks = 4000;
        double[] factors = new double[looks];
        double[] oneSidedFactors = new double[looks];
        for (int n = 0; n < looks; n++) {
            factors[n] = AT_1000.factor((n + 1) / 1000.0);
            oneSidedFactors[n] = AT_1000.oneSidedFactor((n + 1) / 1000.0);
        }
        int missed = 0;
        int missedOneSided = 0;
        int missedByFixed = 0;
        for (int walk = 0; walk < walks; walk++) {
            double sum = 0;
            boolean miss = false;
            boolean oneSided = false;
            boolean fixed = false;
            for (int n = 0; n < looks; n++) {
                sum += random.nextGaussian();
                double z = sum / Math.sqrt(n + 1);
                miss |= Math.abs(z) > factors[n];
                oneSided |= z > oneSidedFactors[n];
                fixed |= Math.abs(z) > 1.96;
            }
            missed += miss ? 1 : 0;
            missedOneSided += oneSided ? 1 : 0;
            missedByFixed += fixed ? 1 : 0;
        }
        assertThat(missed / (double) walks).isBetween(.01, .05);
        assertThat(missedOneSided / (double) walks).isBetween(.01, .05);
        assertThat(missedByFixed / (double) walks).isGreaterThan(.4);
    }

    @Test
    void countsBesideTheBetaMixture() {
        CountSequence even = CountSequence.even(.95, 200);
        assertThat(even.pValue(30, 55)).isCloseTo(.115092418125, within(1e-11));
        assertThat(even.rateRatio(30, 55).low()).isCloseTo(.938668861349, within(1e-10));
        assertThat(even.rateRatio(30, 55).high()).isCloseTo(3.75170418858, within(1e-10));
        CountSequence canary = new CountSequence(List.of(.9, .1), .95, 200);
        assertThat(canary.pValue(90, 30)).isCloseTo(.000236616148217, within(1e-13));
        assertThat(canary.rateRatio(90, 30).low()).isCloseTo(1.39653622433, within(1e-10));
        assertThat(canary.rateRatio(90, 30).high()).isCloseTo(5.91416829733, within(1e-10));
        assertThat(even.rateRatio(0, 12).low()).isCloseTo(.843220712582, within(1e-10));
        assertThat(even.rateRatio(0, 12).high()).isInfinite();
        assertThat(even.rateRatio(12, 0).low()).isZero();
        assertThat(even.rateRatio(0, 0)).isEqualTo(new Interval(0, Double.POSITIVE_INFINITY));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CountSequence(List.of(.5, .6), .95, 10));
    }

    /**
     * The chance that right shares are ever refuted within 600 events, summed over all ways in
     * which events can fall, not simulated.
     */
    @Test
    void countsAreExactHoweverFew() {
        for (double share : new double[] {.5, .9, .02}) {
            for (double tightest : new double[] {5, 100}) {
                CountSequence sequence = new CountSequence(List.of(share, 1 - share), .9, tightest);
                assertThat(everRefuted(sequence, share, 600)).isBetween(.001, .1);
            }
        }
    }

    private static double everRefuted(CountSequence sequence, double share, int events) {
        double[] alive = {1};
        double refuted = 0;
        for (int n = 1; n <= events; n++) {
            double[] next = new double[n + 1];
            for (int first = 0; first < n; first++) {
                next[first] += alive[first] * (1 - share);
                next[first + 1] += alive[first] * share;
            }
            for (int first = 0; first <= n; first++) {
                if (next[first] > 0 && sequence.pValue(first, n - first) <= .1) {
                    refuted += next[first];
                    next[first] = 0;
                }
            }
            alive = next;
        }
        return refuted;
    }
}
