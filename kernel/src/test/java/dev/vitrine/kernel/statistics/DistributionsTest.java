package dev.vitrine.kernel.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Beside values computed with 30 digits from the definitions. */
class DistributionsTest {
    private static final double RELATIVE = 1e-12;

    private static void isClose(double value, double wanted) {
        assertThat(value).isCloseTo(wanted, within(Math.abs(wanted) * RELATIVE));
    }

    @Test
    void normalTailsAreRightFarOut() {
        isClose(Normal.survival(0), .5);
        isClose(Normal.survival(.3), .38208857781104737);
        isClose(Normal.survival(1), .15865525393145705);
        isClose(Normal.survival(2.5), .0062096653257761352);
        isClose(Normal.survival(4), 3.1671241833119921e-5);
        isClose(Normal.survival(8), 6.2209605742717841e-16);
        isClose(Normal.survival(20), 2.7536241186062337e-89);
        isClose(Normal.survival(37), 5.7255712225245768e-300);
        isClose(Normal.cdf(-20), 2.7536241186062337e-89);
        isClose(Normal.cdf(1), .84134474606854295);
        assertThat(Normal.cdf(Double.POSITIVE_INFINITY)).isEqualTo(1);
        assertThat(Normal.cdf(Double.NEGATIVE_INFINITY)).isZero();
    }

    @Test
    void normalQuantiles() {
        isClose(Normal.quantile(1e-300), -37.047096299361199);
        isClose(Normal.quantile(1e-20), -9.2623400897984076);
        isClose(Normal.quantile(1e-5), -4.2648907939228246);
        isClose(Normal.quantile(.3), -.52440051270804082);
        isClose(Normal.quantile(.9), 1.2815515655446006);
        isClose(Normal.quantile(.999999), 4.7534243088170878);
        assertThat(Normal.quantile(.5)).isCloseTo(0, within(1e-15));
        isClose(Normal.factor(.95), 1.9599639845400542);
        assertThatIllegalArgumentException().isThrownBy(() -> Normal.quantile(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Normal.quantile(Double.NaN));
    }

    @Test
    void chiSquareTails() {
        double[][] known = {
            {3.841458820694124, 1, .050000000000000057},
            {.001, 1, .97477287936996039},
            {100, 1, 1.5239706048321052e-23},
            {5.991464547107979, 2, .050000000000000074},
            {18.3, 10, .050109061411462452},
            {300, 10, 1.5546747543803181e-58},
            {80, 100, .92966493334060505},
            {124.3421, 100, .05000008460135853},
            {1000, 1000, .49405285382923964},
            {1100, 1000, .014614408126295194},
            {10200, 10000, .079328881077618977}
        };
        for (double[] one : known) {
            assertThat(ChiSquare.survival(one[0], (int) one[1]))
                    .isCloseTo(one[2], within(one[2] * 1e-10));
            assertThat(ChiSquare.cdf(one[0], (int) one[1])).isCloseTo(1 - one[2], within(1e-10));
        }
        assertThat(ChiSquare.survival(0, 3)).isEqualTo(1);
        assertThatIllegalArgumentException().isThrownBy(() -> ChiSquare.survival(-1, 3));
    }

    @Test
    void binomialTails() {
        isClose(Binomial.cdf(3, 10, .3), .6496107184);
        isClose(Binomial.atLeast(3, 10, .3), .6172172136);
        isClose(Binomial.cdf(0, 10, .3), .0282475249);
        assertThat(Binomial.cdf(480, 1000, .5)).isCloseTo(.10872414660207047, within(1e-12));
        assertThat(Binomial.cdf(5, 100_000, 1e-4)).isCloseTo(.067076504497286824, within(1e-12));
        assertThat(Binomial.cdf(99_990, 100_000, .9999))
                .isCloseTo(.5420765413843016, within(1e-10));
        assertThat(Binomial.cdf(10, 10, .3)).isEqualTo(1);
        assertThat(Binomial.cdf(-1, 10, .3)).isZero();
    }

    /** Of 20 pairs that differ, 15 in favour (Conover 1999 has .0414). */
    @Test
    void signTest() {
        assertThat(Binomial.signTest(15, 5)).isCloseTo(.04138946533203125, within(1e-12));
        assertThat(Binomial.signTest(5, 15)).isEqualTo(Binomial.signTest(15, 5));
        assertThat(Binomial.signTest(0, 0)).isEqualTo(1);
        assertThat(Binomial.signTest(4, 4)).isEqualTo(1);
    }
}
