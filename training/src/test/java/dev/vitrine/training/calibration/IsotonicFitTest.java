package dev.vitrine.training.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.ranking.Isotonic;
import org.junit.jupiter.api.Test;

class IsotonicFitTest {
    /** Few trees give many rows the same score; what is said of them is the share among them. */
    @Test
    void rowsWithTheSameScoreAreOneCase() {
        int rows = 400;
        double[] scores = new double[rows];
        boolean[] labels = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            scores[row] = row % 2;
            labels[row] = row % 2 == 0 ? row % 8 == 0 : row % 8 != 1;
        }
        Isotonic isotonic = IsotonicFit.of(scores, labels);
        assertThat(isotonic.scores()).containsExactly(0, 1);
        assertThat(isotonic.probability(0)).isCloseTo(.25, within(.01));
        assertThat(isotonic.probability(1)).isCloseTo(.75, within(.01));
        assertThat(isotonic.probability(.5)).isCloseTo(.5, within(.01));
    }

    @Test
    void whatFallsIsPooled() {
        Isotonic isotonic =
                IsotonicFit.of(new double[] {1, 2, 3, 4}, new boolean[] {false, true, false, true});
        assertThat(isotonic.scores()).containsExactly(1, 2.5, 4);
        assertThat(isotonic.probability(2.5)).isCloseTo(.5, within(1e-9));
        assertThat(isotonic.probabilities()).isSorted();
    }

    @Test
    void refusesALabelThatNeverVaries() {
        assertThatThrownBy(() -> IsotonicFit.of(new double[] {1, 2}, new boolean[2]))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("0 positive of 2");
    }
}
