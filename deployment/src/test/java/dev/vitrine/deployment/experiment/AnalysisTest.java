package dev.vitrine.deployment.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.statistics.Interval;
import dev.vitrine.kernel.statistics.Moments;
import dev.vitrine.kernel.statistics.PairMoments;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class AnalysisTest {
    private static final List<Arm> TWO = List.of(new Arm("old", 1), new Arm("new", 1));
    private static final AnalysisSettings SETTINGS = AnalysisSettings.planned(20_000);

    private static ArmData clicks(long clicks, long visitors) {
        return new ArmData.PerVisitor(Moments.ofSuccesses(clicks, visitors));
    }

    private static Comparison only(Analysis analysis) {
        return analysis.comparisons().getFirst();
    }

    /** Beside the same figures computed from the formulas elsewhere. */
    @Test
    void aDifferenceOfRates() {
        Comparison found =
                only(Analysis.of(TWO, List.of(clicks(500, 10_000), clicks(570, 10_000)), SETTINGS));
        assertThat(found.difference().estimate()).isCloseTo(.007, within(1e-12));
        is(found.difference().fixed(), .0007630901393501700, .01323690986064983);
        is(found.difference().valid(), -.002658230995779924, .01665823099577992);
        assertThat(found.fixedP()).isCloseTo(.02782343727249067, within(1e-9));
        assertThat(found.validP()).isCloseTo(.3511332890353089, within(1e-9));
        assertThat(found.lift().estimate()).isCloseTo(.14, within(1e-12));
        is(found.lift().fixed(), .01441504875214166, .2823501930567390);
        is(found.lift().valid(), -.0488009201184429, .3694222117710408);
        assertThat(found.verdict()).isEqualTo(Verdict.NOT_SHOWN);
    }

    private static void is(Interval interval, double low, double high) {
        assertThat(interval.low()).isCloseTo(low, within(1e-9));
        assertThat(interval.high()).isCloseTo(high, within(1e-9));
    }

    /** What the interval says, the p value, the verdict and the lift say too. */
    @Property(tries = 300)
    void nothingContradicts(
            @ForAll @IntRange(min = 1, max = 900) int control,
            @ForAll @IntRange(min = 1, max = 900) int treatment,
            @ForAll @IntRange(min = 1, max = 900) int other) {
        List<Arm> arms = List.of(new Arm("a", 1), new Arm("b", 1), new Arm("c", 1));
        Analysis three =
                Analysis.of(
                        arms,
                        List.of(
                                clicks(control, 10_000),
                                clicks(treatment, 10_000),
                                clicks(other, 10_000)),
                        SETTINGS);
        for (Comparison found : three.comparisons()) {
            boolean shown = !found.difference().valid().contains(0);
            assertThat(found.verdict() == Verdict.NOT_SHOWN).isEqualTo(!shown);
            if (!found.lift().valid().equals(Interval.UNBOUNDED)) {
                assertThat(!found.lift().valid().contains(0)).isEqualTo(shown);
            }
            if (Math.abs(found.validP() - .05) > 1e-9) {
                assertThat(found.validP() < .05).isEqualTo(shown);
            }
            assertThat(found.difference().valid().low())
                    .isLessThanOrEqualTo(found.difference().fixed().low());
            assertThat(found.validP()).isGreaterThanOrEqualTo(found.fixedP() - 1e-12);
        }
        Comparison alone =
                only(
                        Analysis.of(
                                TWO,
                                List.of(clicks(control, 10_000), clicks(treatment, 10_000)),
                                SETTINGS));
        Comparison turned =
                only(
                        Analysis.of(
                                TWO,
                                List.of(clicks(treatment, 10_000), clicks(control, 10_000)),
                                SETTINGS));
        assertThat(turned.difference().valid().low())
                .isCloseTo(-alone.difference().valid().high(), within(1e-12));
        assertThat(three.comparisons().getFirst().difference().valid().width())
                .isGreaterThan(alone.difference().valid().width());
    }

    /** Euro or cent: the same lift, the same p values. */
    @Property(tries = 200)
    void unitsDoNotMatter(
            @ForAll @DoubleRange(min = .01, max = 1000) double unit,
            @ForAll @IntRange(max = 1000) int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] values = new double[2][300];
        for (double[] arm : values) {
            for (int i = 0; i < arm.length; i++) {
                arm[i] = Math.exp(random.nextGaussian());
            }
        }
        Comparison one = only(Analysis.of(TWO, revenue(values, 1), SETTINGS));
        Comparison scaled = only(Analysis.of(TWO, revenue(values, unit), SETTINGS));
        assertThat(scaled.lift().valid().low()).isCloseTo(one.lift().valid().low(), within(1e-9));
        assertThat(scaled.validP()).isCloseTo(one.validP(), within(1e-9));
        assertThat(scaled.difference().fixed().high())
                .isCloseTo(one.difference().fixed().high() * unit, within(1e-9 * unit));
    }

    private static List<ArmData> revenue(double[][] values, double unit) {
        return List.of(revenue(values[0], unit), revenue(values[1], unit));
    }

    private static ArmData revenue(double[] values, double unit) {
        double[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= unit;
        }
        return new ArmData.PerVisitor(Moments.of(scaled));
    }

    /** CUPED: the interval shrinks by the root of 1 - rho² and stays where it was. */
    @Test
    void aCovariateTakesVarianceAway() {
        for (double rho : new double[] {0, .5, .9}) {
            SplittableRandom random = new SplittableRandom(11);
            PairMoments[] arms = new PairMoments[2];
            for (int arm = 0; arm < 2; arm++) {
                double[] x = new double[20_000];
                double[] y = new double[x.length];
                for (int i = 0; i < x.length; i++) {
                    double before = random.nextGaussian();
                    x[i] = 40 + 7 * before;
                    y[i] =
                            10
                                    + .1 * arm
                                    + 3
                                            * (rho * before
                                                    + Math.sqrt(1 - rho * rho)
                                                            * random.nextGaussian());
                }
                arms[arm] = PairMoments.of(x, y);
            }
            Analysis with =
                    Analysis.of(
                            TWO,
                            List.of(
                                    new ArmData.WithCovariate(arms[0]),
                                    new ArmData.WithCovariate(arms[1])),
                            SETTINGS);
            Analysis without =
                    Analysis.of(
                            TWO,
                            List.of(
                                    new ArmData.PerVisitor(arms[0].y()),
                                    new ArmData.PerVisitor(arms[1].y())),
                            SETTINGS);
            double widths =
                    only(with).difference().valid().width()
                            / only(without).difference().valid().width();
            assertThat(widths * widths).isCloseTo(1 - rho * rho, within(.01));
            assertThat(with.explained()).isCloseTo(rho * rho, within(.01));
            assertThat(only(with).difference().valid().contains(.1)).isTrue();
            assertThat(with.arms().get(0).value()).isCloseTo(10, within(.1));
        }
    }

    /**
     * Clicks per request of visitors who differ: the spread of many experiments is what it says.
     */
    @Test
    void aRatioHasTheErrorOfItsVisitors() {
        SplittableRandom random = new SplittableRandom(5);
        int visitors = 400;
        double[] ratios = new double[1500];
        double said = 0;
        double naive = 0;
        for (int i = 0; i < ratios.length; i++) {
            double[] requests = new double[visitors];
            double[] clicks = new double[visitors];
            double all = 0;
            for (int v = 0; v < visitors; v++) {
                requests[v] = 1 + (int) (-8 * Math.log(1 - random.nextDouble()));
                double rate = random.nextDouble() < .5 ? .02 : .3;
                for (int r = 0; r < requests[v]; r++) {
                    clicks[v] += random.nextDouble() < rate ? 1 : 0;
                }
                all += requests[v];
            }
            Moments linear =
                    ArmData.asMeans(
                                    List.of(
                                            new ArmData.Ratio(PairMoments.of(requests, clicks)),
                                            new ArmData.Ratio(PairMoments.of(requests, clicks))))
                            .getFirst();
            ratios[i] = linear.mean();
            said += linear.meanVariance() / ratios.length;
            naive += linear.mean() * (1 - linear.mean()) / all / ratios.length;
        }
        double seen = Moments.of(ratios).variance();
        assertThat(said / seen).isBetween(.9, 1.1);
        assertThat(naive / seen).isLessThan(.5);
    }

    /** Experiments without a difference, of skewed revenue, looked at twenty times each. */
    @Test
    void lookingAgainAndAgainRaisesNoFalseAlarms() {
        SplittableRandom random = new SplittableRandom(12);
        AnalysisSettings settings = AnalysisSettings.planned(4_000);
        int alarms = 0;
        int bySingleLooks = 0;
        for (int experiment = 0; experiment < 300; experiment++) {
            Moments[] arms = {Moments.NONE, Moments.NONE};
            boolean alarm = false;
            boolean single = false;
            for (int look = 0; look < 20; look++) {
                for (int arm = 0; arm < 2; arm++) {
                    double[] batch = new double[200];
                    for (int i = 0; i < batch.length; i++) {
                        batch[i] = random.nextDouble() < .1 ? Math.exp(random.nextGaussian()) : 0;
                    }
                    arms[arm] = arms[arm].plus(Moments.of(batch));
                }
                Comparison found =
                        only(
                                Analysis.of(
                                        TWO,
                                        List.of(
                                                new ArmData.PerVisitor(arms[0]),
                                                new ArmData.PerVisitor(arms[1])),
                                        settings));
                alarm |= found.verdict() != Verdict.NOT_SHOWN;
                single |= found.fixedP() < .05;
            }
            alarms += alarm ? 1 : 0;
            bySingleLooks += single ? 1 : 0;
        }
        assertThat(alarms).isLessThanOrEqualTo(15);
        assertThat(bySingleLooks).isGreaterThan(45);
    }

    @Test
    void armsWithoutTheirVisitorsAreNotBelieved() {
        Analysis lost =
                Analysis.of(TWO, List.of(clicks(500, 10_000), clicks(900, 9_300)), SETTINGS);
        assertThat(lost.sampleRatio().mismatch()).isTrue();
        assertThat(only(lost).verdict()).isEqualTo(Verdict.MISMATCH);
        Analysis fine =
                Analysis.of(TWO, List.of(clicks(500, 10_000), clicks(900, 9_900)), SETTINGS);
        assertThat(fine.sampleRatio().mismatch()).isFalse();
        assertThat(only(fine).verdict()).isEqualTo(Verdict.HIGHER);
        List<Arm> canary = List.of(new Arm("old", 9), new Arm("new", 1));
        assertThat(
                        only(Analysis.of(
                                        canary,
                                        List.of(clicks(500, 9_000), clicks(20, 1_000)),
                                        SETTINGS))
                                .verdict())
                .isEqualTo(Verdict.LOWER);
    }

    @Test
    void littleSaysNothing() {
        Comparison few = only(Analysis.of(TWO, List.of(clicks(1, 90), clicks(80, 90)), SETTINGS));
        assertThat(few.verdict()).isEqualTo(Verdict.EARLY);
        assertThat(few.difference().valid()).isEqualTo(Interval.UNBOUNDED);
        assertThat(few.validP()).isEqualTo(1);
        Comparison none = only(Analysis.of(TWO, List.of(clicks(0, 900), clicks(0, 900)), SETTINGS));
        assertThat(none.verdict()).isEqualTo(Verdict.EARLY);
        assertThat(none.lift().estimate()).isNaN();
        Comparison nobody = only(Analysis.of(TWO, List.of(clicks(0, 0), clicks(0, 0)), SETTINGS));
        assertThat(nobody.verdict()).isEqualTo(Verdict.EARLY);
        ArmData noRequests = new ArmData.Ratio(PairMoments.of(new double[200], new double[200]));
        assertThat(only(Analysis.of(TWO, List.of(noRequests, noRequests), SETTINGS)).verdict())
                .isEqualTo(Verdict.EARLY);
        assertThatThrownBy(() -> Analysis.of(TWO, List.of(clicks(0, 1), noRequests), SETTINGS))
                .hasMessageContaining("different ways");
        assertThatThrownBy(() -> Analysis.of(TWO, List.of(clicks(0, 1)), SETTINGS))
                .hasMessageContaining("1 arms");
    }
}
