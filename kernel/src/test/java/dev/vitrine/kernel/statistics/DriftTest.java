package dev.vitrine.kernel.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** What has drifted is found, by figures worked out by hand, and what has not is left alone. */
class DriftTest {
    @Test
    void theIndexOfTwoBinsIsAsWorkedOutByHand() {
        // 50.5/101 and 50.5/101 became 25.5/101 and 75.5/101:
        // (.252475-.5) ln(.252475/.5) + (.747525-.5) ln(.747525/.5) = .169122 + .099538.
        PopulationStability moved =
                PopulationStability.of(new long[] {50, 50}, new long[] {25, 75});

        assertThat(moved.index()).isCloseTo(.26866, within(1e-4));
        // Chi-square .26866 * 50 = 13.433 with one degree of freedom.
        assertThat(moved.pValue()).isCloseTo(2.47e-4, within(2e-6));
        assertThat(moved.bins()).isEqualTo(2);
    }

    @Test
    void theIndexIsSymmetricAndZeroWhereNothingMoved() {
        long[] one = {10, 0, 40, 0};
        long[] other = {30, 5, 2, 0};
        assertThat(PopulationStability.of(one, other).index())
                .isCloseTo(PopulationStability.of(other, one).index(), within(1e-12));
        assertThat(PopulationStability.of(one, one).index()).isZero();
        assertThat(PopulationStability.of(one, one).pValue()).isEqualTo(1);
        assertThat(PopulationStability.of(one, other).bins())
                .as("a bin that is empty on both sides does not count")
                .isEqualTo(3);
    }

    @Test
    void aBinThatWasEmptyHasAFiniteIndex() {
        // Shares .5/101 and 100.5/101 change places.
        double share = .5 / 101;
        assertThat(PopulationStability.of(new long[] {100, 0}, new long[] {0, 100}).index())
                .isCloseTo(2 * (1 - 2 * share) * Math.log((1 - share) / share), within(1e-9));
    }

    @Test
    void numbersAreBinnedByTheReference() {
        double[] reference = DoubleStream.iterate(1, v -> v + 1).limit(100).toArray();
        double[] upper = DoubleStream.iterate(51, v -> v + 1).limit(50).toArray();
        PopulationStability found = PopulationStability.ofNumbers(reference, upper, 2);

        assertThat(found.bins()).isEqualTo(2);
        assertThat(found.index())
                .isCloseTo(
                        PopulationStability.of(new long[] {50, 50}, new long[] {0, 50}).index(),
                        within(1e-12));
        assertThat(PopulationStability.ofNumbers(new double[] {7, 7, 7}, new double[] {7}, 10))
                .as("one value is one bin")
                .isEqualTo(new PopulationStability(0, 1, 1));
    }

    @Test
    void rareCategoriesAreCountedTogetherAndANewOneIsNot() {
        Map<String, Long> reference = Map.of("a", 60L, "b", 38L, "c", 1L, "d", 1L);
        Map<String, Long> current = Map.of("a", 30L, "b", 19L, "e", 51L);

        assertThat(PopulationStability.frequent(reference, current, 3))
                .containsExactly("a", "b", "e");
        assertThat(PopulationStability.ofCategories(reference, current, 3).index())
                .isEqualTo(
                        PopulationStability.of(
                                        new long[] {60, 38, 0, 2}, new long[] {30, 19, 51, 0})
                                .index());
    }

    @Test
    void theGapOfDistributionsIsAsWorkedOutByHand() {
        // Of 1..4 all are at most 4, of 3..6 half: 1 - .5; below 3, .5 - 0.
        assertThat(
                        KolmogorovSmirnov.of(new double[] {4, 1, 3, 2}, new double[] {6, 3, 5, 4})
                                .statistic())
                .isEqualTo(.5);
        assertThat(KolmogorovSmirnov.of(new double[] {1, 1, 2}, new double[] {1, 1, 2}).pValue())
                .isEqualTo(1);
    }

    @Test
    void theLimitDistributionHasItsKnownPoints() {
        // The table of Smirnov (1948).
        assertThat(KolmogorovSmirnov.survival(1.2238)).isCloseTo(.10, within(1e-4));
        assertThat(KolmogorovSmirnov.survival(1.3581)).isCloseTo(.05, within(1e-4));
        assertThat(KolmogorovSmirnov.survival(1.6276)).isCloseTo(.01, within(1e-4));
        assertThat(KolmogorovSmirnov.survival(0)).isEqualTo(1);
    }

    @Test
    void chanceAloneIsRarelyTakenForDrift() {
        SplittableRandom random = new SplittableRandom(20_261_122);
        int worlds = 400;
        int gaps = 0;
        int indices = 0;
        for (int world = 0; world < worlds; world++) {
            double[] one = values(300, random::nextDouble);
            double[] other = values(200, random::nextDouble);
            gaps += KolmogorovSmirnov.of(one, other).pValue() < .05 ? 1 : 0;
            indices += PopulationStability.ofNumbers(one, other, 10).pValue() < .05 ? 1 : 0;
        }
        // 5 % of 400 are 20, with a standard deviation of 4.4.
        assertThat(gaps).isBetween(4, 38);
        assertThat(indices).isBetween(4, 38);
    }

    private static double[] values(int many, DoubleSupplier each) {
        return DoubleStream.generate(each).limit(many).toArray();
    }

    @Test
    void theEnergyDistanceOfFourPointsIsAsWorkedOutByHand() {
        // 0 and 1 beside 10 and 11: across 10 on the mean, within .5 each: 1 - (.5 + .5) / 20.
        EnergyDistance apart =
                EnergyDistance.of(new float[][] {{0}, {1}}, new float[][] {{10}, {11}}, 1);

        assertThat(apart.share()).isCloseTo(.95, within(1e-9));
        assertThat(apart.pValue())
                .as("two of the six ways to deal four points are as far apart")
                .isBetween(.27, .40);
    }

    @Test
    void cloudsThatMovedAreTold() {
        SplittableRandom random = new SplittableRandom(7);
        int alarms = 0;
        for (int world = 0; world < 40; world++) {
            alarms +=
                    EnergyDistance.of(cloud(random, 60, 0), cloud(random, 60, 0), world).pValue()
                                    <= .05
                            ? 1
                            : 0;
        }
        assertThat(alarms).as("5 % of 40 are 2").isLessThanOrEqualTo(7);
        assertThat(EnergyDistance.of(cloud(random, 60, 0), cloud(random, 60, 1), 3).pValue())
                .isEqualTo(.001);
    }

    private static float[][] cloud(SplittableRandom random, int many, float middle) {
        float[][] cloud = new float[many][3];
        for (float[] point : cloud) {
            for (int d = 0; d < point.length; d++) {
                point[d] = middle + (float) random.nextGaussian();
            }
        }
        return cloud;
    }

    @Test
    void nothingIsSaidOfNothing() {
        assertThatThrownBy(() -> PopulationStability.of(new long[] {0}, new long[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KolmogorovSmirnov.of(new double[] {1}, new double[0]))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KolmogorovSmirnov.of(new double[] {Double.NaN}, new double[] {1}))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        PopulationStability.ofNumbers(
                                new double[] {1}, new double[] {Double.NaN}, 4))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> EnergyDistance.of(new float[0][], new float[][] {{1}}, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
