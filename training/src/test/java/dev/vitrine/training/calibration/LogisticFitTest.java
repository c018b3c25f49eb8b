package dev.vitrine.training.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LogisticFitTest {
    @Test
    void findsTheWeightsThatMadeTheLabels() {
        SplittableRandom random = new SplittableRandom(7);
        double[][] inputs = new double[40_000][2];
        boolean[] labels = new boolean[inputs.length];
        for (int row = 0; row < inputs.length; row++) {
            inputs[row][0] = random.nextDouble() * 4 - 2;
            inputs[row][1] = random.nextDouble() * 4 - 2;
            double margin = 1.5 * inputs[row][0] - 0.7 * inputs[row][1] - 0.4;
            labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-margin));
        }

        LogisticFit fit = LogisticFit.of(inputs, labels);

        assertThat(fit.weights()[0]).isCloseTo(1.5, within(0.06));
        assertThat(fit.weights()[1]).isCloseTo(-0.7, within(0.06));
        assertThat(fit.intercept()).isCloseTo(-0.4, within(0.06));
    }

    @Test
    void oneUselessInputGivesTheShareOfPositives() {
        double[][] inputs = {{0}, {0}, {0}, {0}};
        LogisticFit fit = LogisticFit.of(inputs, new boolean[] {true, false, false, false});

        assertThat(1 / (1 + Math.exp(-fit.intercept()))).isCloseTo(0.25, within(1e-6));
    }

    @Test
    void stopsOnSeparableRowsWithFiniteWeights() {
        double[][] inputs = {{-1}, {-2}, {1}, {2}};
        LogisticFit fit = LogisticFit.of(inputs, new boolean[] {false, false, true, true});

        assertThat(fit.weights()[0]).isPositive().isFinite();
        assertThat(fit.logLoss()).isLessThan(0.1);
    }

    @Test
    void refusesLabelsOfOneKind() {
        assertThatThrownBy(() -> LogisticFit.of(new double[][] {{1}}, new boolean[] {true}))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("1 positive of 1");
    }

    @Test
    void refusesWhatIsNoNumber() {
        assertThatThrownBy(() ->
                        LogisticFit.of(
                                new double[][] {{1}, {Double.NaN}}, new boolean[] {true, false}))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("input 0 of row 1 is NaN");
    }
}
