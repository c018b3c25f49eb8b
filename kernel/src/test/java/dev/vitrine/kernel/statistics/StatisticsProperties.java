package dev.vitrine.kernel.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** What must hold for any numbers: symmetry, order, and no care for units. */
class StatisticsProperties {
    @Property
    void distributionsRise(
            @ForAll @DoubleRange(min = -30, max = 30) double x,
            @ForAll @DoubleRange(min = 0, max = 5) double more,
            @ForAll @IntRange(min = 1, max = 3000) int degrees) {
        assertThat(Normal.survival(x + more)).isLessThanOrEqualTo(Normal.survival(x) + 1e-15);
        assertThat(Normal.cdf(x) + Normal.survival(x)).isCloseTo(1, within(1e-14));
        double square = Math.abs(x) * degrees / 15;
        assertThat(ChiSquare.survival(square + more, degrees))
                .isLessThanOrEqualTo(ChiSquare.survival(square, degrees) + 1e-12);
        assertThat(ChiSquare.cdf(square, degrees) + ChiSquare.survival(square, degrees))
                .isCloseTo(1, within(1e-10));
    }

    /** Far right, a double near 1 has too few digits to tell values apart. */
    @Property
    void quantilesUndoTheDistribution(@ForAll @DoubleRange(min = -37, max = 5) double x) {
        assertThat(Normal.quantile(Normal.cdf(x))).isCloseTo(x, within(x > 0 ? 1e-9 : 1e-11));
    }

    @Property(tries = 300)
    void ranksCareForOrderAlone(
            @ForAll @Size(min = 1, max = 60) int[] first,
            @ForAll @Size(min = 1, max = 60) int[] second) {
        double[] a = Arrays.stream(first).mapToDouble(value -> value % 7).toArray();
        double[] b = Arrays.stream(second).mapToDouble(value -> value % 7).toArray();
        MannWhitney test = MannWhitney.of(a, b, .9);
        MannWhitney scaled =
                MannWhitney.of(
                        Arrays.stream(a).map(Math::exp).toArray(),
                        Arrays.stream(b).map(Math::exp).toArray(),
                        .9);
        MannWhitney swapped = MannWhitney.of(b, a, .9);
        assertThat(scaled).isEqualTo(test);
        assertThat(swapped.pGreater()).isCloseTo(test.pLess(), within(1e-12));
        assertThat(swapped.pValue()).isCloseTo(test.pValue(), within(1e-12));
        assertThat(swapped.superiority()).isCloseTo(1 - test.superiority(), within(1e-12));
        assertThat(swapped.superiorityInterval().low())
                .isCloseTo(1 - test.superiorityInterval().high(), within(1e-9));
        assertThat(test.superiorityInterval().contains(test.superiority())).isTrue();
        assertThat(test.pValue()).isBetween(0.0, 1.0);
    }

    @Property(tries = 300)
    void tablesCareForNeitherOrder(
            @ForAll @Size(5) List<@IntRange(max = 400) Integer> first,
            @ForAll @Size(5) List<@IntRange(max = 400) Integer> second) {
        long[] a = first.stream().mapToLong(Integer::longValue).toArray();
        long[] b = second.stream().mapToLong(Integer::longValue).toArray();
        CountTest test = CountTest.independence(a, b);
        assertThat(test.pValue()).isBetween(0.0, 1.0);
        assertThat(CountTest.independence(b, a).pValue()).isCloseTo(test.pValue(), within(1e-9));
        long[] turnedA = {a[4], a[2], a[0], a[1], a[3]};
        long[] turnedB = {b[4], b[2], b[0], b[1], b[3]};
        CountTest turned = CountTest.independence(turnedA, turnedB);
        // Rare columns of the same size may be merged in another order.
        if (test.method() == CountTest.Method.CHI_SQUARE) {
            assertThat(turned.pValue()).isCloseTo(test.pValue(), within(1e-9));
        }
    }

    @Property
    void sharesLieInTheirIntervals(
            @ForAll @IntRange(max = 5000) int successes,
            @ForAll @IntRange(max = 5000) int failures,
            @ForAll @IntRange(min = 500, max = 999) int thousandths) {
        double confidence = thousandths / 1000.0;
        long trials = (long) successes + failures;
        Interval wilson = Proportions.wilson(successes, trials, confidence);
        Interval exact = Proportions.exact(successes, trials, confidence);
        double rate = trials == 0 ? .5 : successes / (double) trials;
        assertThat(wilson.low()).isLessThanOrEqualTo(rate + 1e-12);
        assertThat(wilson.high()).isGreaterThanOrEqualTo(rate - 1e-12);
        assertThat(exact.low()).isLessThanOrEqualTo(rate + 1e-12);
        assertThat(exact.high()).isGreaterThanOrEqualTo(rate - 1e-12);
        Interval mirrored = Proportions.exact(failures, trials, confidence);
        assertThat(mirrored.low()).isCloseTo(1 - exact.high(), within(1e-9));
    }

    /** The p value and the interval say the same, and only order counts, not units. */
    @Property
    void pValuesAndIntervalsAgree(
            @ForAll @DoubleRange(min = -8, max = 8) double z,
            @ForAll @DoubleRange(min = .01, max = 100) double fraction,
            @ForAll @IntRange(min = 500, max = 999) int thousandths,
            @ForAll @DoubleRange(min = .01, max = 1000) double unit) {
        double confidence = thousandths / 1000.0;
        ConfidenceSequence sequence = new ConfidenceSequence(confidence, 1);
        double p = sequence.pValue(z, fraction);
        Interval interval = sequence.around(z * unit, unit, fraction);
        if (Math.abs(p - (1 - confidence)) > 1e-9) {
            assertThat(p < 1 - confidence).isEqualTo(!interval.contains(0));
        }
        assertThat(sequence.pValue(-z, fraction)).isEqualTo(p);
        assertThat(sequence.pValue(Math.abs(z) + .1, fraction)).isLessThanOrEqualTo(p);
        double oneSided = sequence.pGreater(z, fraction);
        assertThat(sequence.pGreater(z + .1, fraction)).isLessThanOrEqualTo(oneSided);
        if (Math.abs(oneSided - (1 - confidence)) > 1e-9) {
            assertThat(oneSided < 1 - confidence).isEqualTo(z > sequence.oneSidedFactor(fraction));
        }
    }

    @Property(tries = 300)
    void ratiosHoldWhatWasSeen(
            @ForAll @IntRange(max = 3000) int first, @ForAll @IntRange(max = 3000) int second) {
        CountSequence sequence = CountSequence.even(.95, 500);
        Interval ratio = sequence.rateRatio(first, second);
        if (first > 0) {
            assertThat(ratio.contains(second / (double) first)).isTrue();
        }
        double p = sequence.pValue(first, second);
        if (Math.abs(p - .05) > 1e-9) {
            assertThat(p < .05).isEqualTo(!ratio.contains(1));
        }
    }
}
