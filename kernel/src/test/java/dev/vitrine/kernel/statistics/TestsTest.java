package dev.vitrine.kernel.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Beside published examples, and values that another implementation computed. */
class TestsTest {
    /** The permeability of a membrane (Hollander and Wolfe 1973, p. 69): U 35, one-sided .1272. */
    @Test
    void mannWhitneyOfThePublishedExample() {
        double[] term = {.80, .83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, .73, 1.46};
        double[] early = {1.15, .88, .90, .74, 1.21};
        MannWhitney test = MannWhitney.of(term, early, .95);
        assertThat(test.exact()).isTrue();
        assertThat(test.u()).isEqualTo(15);
        assertThat(test.pLess()).isCloseTo(.1272061272061272, within(1e-12));
        assertThat(test.pGreater()).isCloseTo(.8967698967698967, within(1e-12));
        assertThat(test.pValue()).isCloseTo(.2544122544122544, within(1e-12));
        assertThat(test.superiority()).isCloseTo(.3, within(1e-15));
        assertThat(test.cliffsDelta()).isCloseTo(-.4, within(1e-15));
        assertThat(test.superiorityInterval().low()).isCloseTo(.1110354517, within(1e-9));
        assertThat(test.superiorityInterval().high()).isCloseTo(.6107222167, within(1e-9));
    }

    /** All 462 ways to deal these mid-ranks were listed and counted. */
    @Test
    void mannWhitneyIsExactWithTies() {
        MannWhitney test =
                MannWhitney.of(new double[] {1, 1, 2, 3, 3}, new double[] {2, 3, 3, 4, 5, 5}, .95);
        assertThat(test.u()).isEqualTo(25.5);
        assertThat(test.pGreater()).isCloseTo(17 / 462.0, within(1e-12));
        assertThat(test.pLess()).isCloseTo(457 / 462.0, within(1e-12));
    }

    @Test
    void mannWhitneyOfManyValuesWithTies() {
        double[] control = new double[30];
        Arrays.setAll(control, i -> (i + 1) * 7 % 31);
        double[] treatment = new double[40];
        Arrays.setAll(treatment, i -> (i + 1) * 11 % 37 + 3);
        MannWhitney test = MannWhitney.of(control, treatment, .95);
        assertThat(test.exact()).isFalse();
        assertThat(test.u()).isEqualTo(786);
        assertThat(test.pValue()).isCloseTo(.02765440771932813, within(1e-12));
        assertThat(test.pGreater()).isCloseTo(.013827203859664065, within(1e-12));
        assertThat(test.pLess()).isCloseTo(.9865864978258747, within(1e-12));
        assertThat(test.superiorityInterval().low()).isCloseTo(.5174774063, within(1e-9));
        assertThat(test.superiorityInterval().high()).isCloseTo(.7675460122, within(1e-9));
    }

    @Test
    void groupsThatDoNotOverlapHaveAnIntervalWithAWidth() {
        double[] low = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        double[] high = Arrays.stream(low).map(value -> value + 100).toArray();
        MannWhitney test = MannWhitney.of(low, high, .95);
        assertThat(test.superiority()).isEqualTo(1);
        assertThat(test.superiorityInterval().high()).isEqualTo(1);
        assertThat(test.superiorityInterval().low()).isCloseTo(.8002136129, within(1e-9));
    }

    @Test
    void equalValuesShowNothing() {
        double[] same = new double[100];
        MannWhitney test = MannWhitney.of(same, same.clone(), .95);
        assertThat(test.pValue()).isEqualTo(1);
        assertThat(test.superiority()).isEqualTo(.5);
        // A time that never came to an end is a large one; minus zero is zero.
        double[] never = {Double.POSITIVE_INFINITY, -0.0};
        assertThat(MannWhitney.of(new double[] {0, 3}, never, .95).u()).isEqualTo(2.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MannWhitney.of(same, new double[] {Double.NaN}, .95));
    }

    @Test
    void chiSquareOfTables() {
        CountTest wide =
                CountTest.independence(new long[] {20, 30, 50, 0}, new long[] {35, 25, 40, 0});
        assertThat(wide.method()).isEqualTo(CountTest.Method.CHI_SQUARE);
        assertThat(wide.degrees()).isEqualTo(2);
        assertThat(wide.statistic()).isCloseTo(5.656565656565657, within(1e-12));
        assertThat(wide.pValue()).isCloseTo(.05911427592751333, within(1e-12));
        CountTest rates = CountTest.rates(120, 1000, 160, 1000);
        assertThat(rates.statistic()).isCloseTo(6.644518272425249, within(1e-12));
        assertThat(rates.pValue()).isCloseTo(.009946136752047788, within(1e-12));
    }

    /** The lady tasting tea (Fisher 1935) first. */
    @Test
    void fisherWhereCountsAreFew() {
        assertThat(CountTest.rates(3, 4, 1, 4).method()).isEqualTo(CountTest.Method.FISHER);
        assertThat(CountTest.rates(3, 4, 1, 4).pValue()).isCloseTo(34 / 70.0, within(1e-12));
        assertThat(CountTest.rates(1, 9, 10, 13).pValue())
                .isCloseTo(.007518796992481203, within(1e-12));
        assertThat(CountTest.rates(0, 1000, 6, 1000).pValue())
                .isCloseTo(.031015859961787993, within(1e-12));
    }

    @Test
    void rareColumnsBecomeOne() {
        long[] first = {500, 400, 3, 1, 0, 2};
        long[] second = {480, 420, 2, 3, 2, 1};
        CountTest merged = CountTest.independence(first, second);
        assertThat(merged.method()).isEqualTo(CountTest.Method.CHI_SQUARE_MERGED);
        assertThat(merged.degrees()).isEqualTo(2);
        CountTest byHand =
                CountTest.independence(new long[] {500, 400, 6}, new long[] {480, 420, 8});
        assertThat(merged.pValue()).isCloseTo(byHand.pValue(), within(1e-14));
        assertThat(CountTest.rates(0, 10, 0, 10).pValue()).isEqualTo(1);
        assertThat(CountTest.rates(0, 0, 3, 10).method())
                .isEqualTo(CountTest.Method.NOTHING_TO_COMPARE);
    }

    /** Visitors by arm of the example of Fabijan et al. (KDD 2019): 821,588 and 815,482. */
    @Test
    void sharesOfArms() {
        CountTest even = CountTest.shares(new long[] {821_588, 815_482}, new double[] {1, 1});
        assertThat(even.pValue()).isLessThan(1e-5);
        assertThat(CountTest.shares(new long[] {10, 20, 30}, new double[] {1, 2, 3}).pValue())
                .isEqualTo(1);
    }

    /** Table I of Newcombe (1998), two-sided comparison of methods for one proportion. */
    @Test
    void intervalsOfOneShare() {
        assertThat(Proportions.wilson(81, 263, .95)).satisfies(i -> is(i, .2553, .3662));
        assertThat(Proportions.wilson(15, 148, .95)).satisfies(i -> is(i, .0624, .1605));
        assertThat(Proportions.wilson(0, 20, .95)).satisfies(i -> is(i, 0, .1611));
        assertThat(Proportions.wilson(1, 29, .95)).satisfies(i -> is(i, .0061, .1718));
        assertThat(Proportions.exact(81, 263, .95)).satisfies(i -> is(i, .2527, .3676));
        assertThat(Proportions.exact(15, 148, .95)).satisfies(i -> is(i, .0578, .1617));
        assertThat(Proportions.exact(0, 20, .95)).satisfies(i -> is(i, 0, .1684));
        assertThat(Proportions.exact(1, 29, .95)).satisfies(i -> is(i, .0009, .1776));
    }

    /** Table II of Newcombe (1998), interval estimation for the difference, method 10. */
    @Test
    void intervalsOfADifference() {
        assertThat(Proportions.difference(48, 80, 56, 70, .95)).satisfies(i -> is(i, .0524, .3339));
        assertThat(Proportions.difference(3, 10, 9, 10, .95)).satisfies(i -> is(i, .1705, .8090));
        assertThat(Proportions.difference(0, 29, 5, 56, .95)).satisfies(i -> is(i, -.0381, .1926));
        assertThat(Proportions.difference(0, 10, 10, 10, .95)).satisfies(i -> is(i, .6075, 1));
    }

    private static void is(Interval interval, double low, double high) {
        assertThat(interval.low()).isCloseTo(low, within(5.1e-5));
        assertThat(interval.high()).isCloseTo(high, within(5.1e-5));
    }

    @Test
    void momentsAddUp() {
        double[] x = {1e9 + 1, 1e9 + 4, 1e9 + 2, 1e9 + 9};
        Moments all = Moments.of(x);
        Moments parts =
                Moments.of(x[0])
                        .plus(Moments.of(x[1], x[2]))
                        .plus(Moments.NONE)
                        .plus(Moments.of(x[3]));
        assertThat(all.variance()).isCloseTo(38 / 3.0, within(1e-6));
        assertThat(parts.mean()).isEqualTo(all.mean());
        assertThat(parts.squares()).isCloseTo(all.squares(), within(1e-6));
        assertThat(Moments.ofSuccesses(3, 10).squares())
                .isCloseTo(Moments.of(1, 1, 1, 0, 0, 0, 0, 0, 0, 0).squares(), within(1e-12));
        double[] y = {3, 1, 4, 1};
        PairMoments pairs = PairMoments.of(x, y);
        PairMoments halves =
                PairMoments.of(Arrays.copyOf(x, 2), Arrays.copyOf(y, 2))
                        .plus(
                                PairMoments.of(
                                        Arrays.copyOfRange(x, 2, 4), Arrays.copyOfRange(y, 2, 4)));
        assertThat(pairs.covariance()).isCloseTo(-4, within(1e-6));
        assertThat(halves.xy()).isCloseTo(pairs.xy(), within(1e-6));
        assertThat(halves.x().squares()).isCloseTo(all.squares(), within(1e-6));
    }
}
