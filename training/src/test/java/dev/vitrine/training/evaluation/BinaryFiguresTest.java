package dev.vitrine.training.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.ranking.Isotonic;
import dev.vitrine.training.calibration.IsotonicFit;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Figures against values worked out by hand. */
class BinaryFiguresTest {
    private static final double[] PROBABILITIES = {.9, .8, .8, .3, .1};
    private static final boolean[] LABELS = {true, false, true, false, true};

    @Test
    void figuresByHand() {
        BinaryFigures figures = BinaryFigures.of(PROBABILITIES, LABELS, .5);
        // Pairs: .9 beats both; .8 ties one and beats one; .1 loses to both.
        assertThat(figures.auc()).isCloseTo((2 + 1.5 + 0) / 6, within(1e-12));
        assertThat(figures.averagePrecision())
                .isCloseTo((1 + 2 / 3.0 + 3 / 5.0) / 3, within(1e-12));
        assertThat(figures.precision()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(figures.recall()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(figures.f1()).isCloseTo(2 / 3.0, within(1e-12));
        assertThat(figures.accuracy()).isCloseTo(3 / 5.0, within(1e-12));
        assertThat(figures.logLoss())
                .isCloseTo(
                        -(Math.log(.9) + Math.log(.2) + Math.log(.8) + Math.log(.7) + Math.log(.1))
                                / 5,
                        within(1e-12));
        assertThat(BinaryFigures.bestThreshold(PROBABILITIES, LABELS)).isEqualTo(.1);
    }

    @Test
    void refusesWhatHasNoAnswer() {
        assertThatThrownBy(() ->
                        BinaryFigures.of(new double[] {.1, .2}, new boolean[] {true, true}, .5))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("2 positive of 2");
        assertThatThrownBy(() ->
                        BinaryFigures.of(
                                new double[] {Double.NaN, .2}, new boolean[] {true, false}, .5))
                .hasMessageContaining("row 0 has the probability NaN");
    }

    /** Scores whose probability is their fourth power: far off before, near after. */
    @Test
    void isotonicCalibrationBringsTheErrorDown() {
        SplittableRandom random = new SplittableRandom(4);
        double[][] scores = new double[2][8_000];
        boolean[][] labels = new boolean[2][8_000];
        for (int part = 0; part < 2; part++) {
            for (int row = 0; row < scores[part].length; row++) {
                scores[part][row] = random.nextDouble();
                labels[part][row] = random.nextDouble() < Math.pow(scores[part][row], 4);
            }
        }
        BinaryFigures before = BinaryFigures.of(scores[1], labels[1], .5);
        Isotonic isotonic = IsotonicFit.of(scores[0], labels[0]);
        double[] calibrated = new double[scores[1].length];
        for (int row = 0; row < calibrated.length; row++) {
            calibrated[row] = isotonic.probability(scores[1][row]);
        }
        BinaryFigures after = BinaryFigures.of(calibrated, labels[1], .5);
        assertThat(before.calibrationError()).isGreaterThan(.2);
        assertThat(after.calibrationError()).isLessThan(.02);
        assertThat(after.auc()).isCloseTo(before.auc(), within(.005));
        assertThat(isotonic.probability(-5)).isBetween(0.0, .01);
        assertThat(isotonic.probability(5)).isBetween(.85, 1.0);
        assertThatThrownBy(() -> IsotonicFit.of(new double[] {1}, new boolean[] {true}))
                .isInstanceOf(VitrineException.class);
    }
}
