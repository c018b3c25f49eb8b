package dev.vitrine.data.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class Exp2Test {
    @Test
    void isCloseToThePowerOfTwo() {
        Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            double x = random.nextDouble(-1000, 1000);
            double expected = StrictMath.pow(2, x);
            assertThat(Math.abs(Exp2.of(x) / expected - 1)).isLessThan(1e-12);
        }
    }

    @Test
    void isExactForWholeExponentsAndHasDefinedEnds() {
        for (int n = -1021; n < 1024; n++) {
            assertThat(Exp2.of(n)).isEqualTo(StrictMath.scalb(1.0, n));
        }
        assertThat(Exp2.of(-5000)).isZero();
        assertThat(Exp2.of(Double.NaN)).isZero();
        assertThat(Exp2.of(5000)).isInfinite();
        assertThat(Exp2.of(-1e-17)).isCloseTo(1, within(1e-14));
    }
}
