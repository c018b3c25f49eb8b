package dev.vitrine.training.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

class EaseProperties {
    private static final FitBudget BUDGET = new FitBudget(2, DataSize.ofMebibytes(64));

    @Property(tries = 60)
    void equalsTheTextbookInverse(
            @ForAll @IntRange(min = 1, max = 40) int people,
            @ForAll @IntRange(min = 2, max = 45) int items,
            @ForAll @FloatRange(min = 0.5f, max = 20f) float lambda,
            @ForAll @FloatRange(min = 0f, max = 0.5f) float power,
            @ForAll long seed) {
        InteractionMatrix train = random(people, items, seed);
        EaseSettings settings = new EaseSettings(lambda, 0.3f, power, power / 2, power / 3);
        if (Ease.activeItems(train) == 0) {
            return;
        }
        double[][] expected = naive(train, settings);
        try (EaseModel model = Ease.fit(train, settings, BUDGET, Progress.NONE)) {
            for (int i = 0; i < items; i++) {
                for (int j = 0; j < items; j++) {
                    assertThat((double) model.weight(i, j)).isCloseTo(expected[i][j], within(1e-3));
                }
            }
            History history = new History(new int[] {0, items - 1}, new float[] {2f, 1f});
            float[] scores = new float[items];
            model.score(history, scores);
            for (int j = 0; j < items; j++) {
                assertThat((double) scores[j])
                        .isCloseTo(2 * expected[0][j] + expected[items - 1][j], within(5e-3));
            }
        }
    }

    private static InteractionMatrix random(int people, int items, long seed) {
        Random random = new Random(seed);
        int[] start = new int[people + 1];
        int[] column = new int[people * items];
        int n = 0;
        for (int u = 0; u < people; u++) {
            for (int i = 0; i < items; i++) {
                if (random.nextInt(4) == 0) {
                    column[n++] = i;
                }
            }
            start[u + 1] = n;
        }
        float[] value = new float[n];
        java.util.Arrays.fill(value, 1f);
        return new InteractionMatrix(
                people, items, start, java.util.Arrays.copyOf(column, n), value);
    }

    private static double[][] naive(InteractionMatrix train, EaseSettings s) {
        int n = train.columns();
        double[] count = new double[n];
        for (int item : train.column()) {
            count[item]++;
        }
        double[][] gram = new double[n][n];
        for (int u = 0; u < train.rows(); u++) {
            int[] row = train.row(u);
            double weight = Math.pow(Math.max(1, row.length), -2.0 * s.personPower());
            for (int i : row) {
                for (int j : row) {
                    gram[i][j] += weight * Math.pow(count[i] * count[j], -s.itemPower());
                }
            }
        }
        for (int i = 0; i < n; i++) {
            gram[i][i] += s.lambda() + s.popularityLambda() * gram[i][i];
        }
        double[][] inverse = invert(gram);
        double[][] weights = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                if (i != j && count[i] > 0 && count[j] > 0) {
                    weights[i][j] =
                            -inverse[i][j]
                                    / inverse[j][j]
                                    * Math.pow(count[i], -s.itemPower())
                                    * Math.pow(count[j], s.outputPower());
                }
            }
        }
        return weights;
    }

    /** Gauss-Jordan with row exchanges. */
    private static double[][] invert(double[][] matrix) {
        int n = matrix.length;
        double[][] work = new double[n][2 * n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(matrix[i], 0, work[i], 0, n);
            work[i][n + i] = 1;
        }
        for (int c = 0; c < n; c++) {
            int pivot = c;
            for (int r = c + 1; r < n; r++) {
                pivot = Math.abs(work[r][c]) > Math.abs(work[pivot][c]) ? r : pivot;
            }
            double[] swap = work[c];
            work[c] = work[pivot];
            work[pivot] = swap;
            double divisor = work[c][c];
            for (int k = 0; k < 2 * n; k++) {
                work[c][k] /= divisor;
            }
            for (int r = 0; r < n; r++) {
                double factor = work[r][c];
                for (int k = 0; r != c && k < 2 * n; k++) {
                    work[r][k] -= factor * work[c][k];
                }
            }
        }
        double[][] inverse = new double[n][n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(work[i], n, inverse[i], 0, n);
        }
        return inverse;
    }
}
