package dev.vitrine.training.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.linear.NativeMatrix;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A matrix too wide for the whole-space shortcut, so that the iteration is what answers. */
class SpectrumTest {
    private static final int PEOPLE = 900;
    private static final int ITEMS = 400;
    private static final int COMPONENTS = 12;

    @Test
    void vectorsAreOrthonormalEigenvectorsWithFallingValues() {
        Adjacency adjacency = Adjacency.of(clustered(), .5f, .5f);
        try (Spectrum spectrum = Spectrum.leading(adjacency, COMPONENTS, 3, 2, Progress.NONE);
                NativeMatrix smoothed = new NativeMatrix(COMPONENTS, ITEMS);
                NativeMatrix between = new NativeMatrix(COMPONENTS, PEOPLE)) {
            adjacency.smooth(spectrum.vectors(), between, smoothed, 1);
            float[] values = spectrum.values();
            assertThat((double) values[0]).isCloseTo(1, within(1e-4));
            for (int a = 0; a < COMPONENTS; a++) {
                assertThat(a == 0 || values[a] <= values[a - 1]).isTrue();
                double residual = 0;
                for (int item = 0; item < ITEMS; item++) {
                    double difference =
                            smoothed.get(a, item) - values[a] * spectrum.vectors().get(a, item);
                    residual += difference * difference;
                }
                assertThat(Math.sqrt(residual)).isLessThan(5e-3);
                for (int b = 0; b <= a; b++) {
                    assertThat(dot(spectrum.vectors(), a, b))
                            .isCloseTo(a == b ? 1 : 0, within(1e-4));
                }
            }
        }
    }

    private static double dot(NativeMatrix vectors, int a, int b) {
        double sum = 0;
        for (int item = 0; item < ITEMS; item++) {
            sum += (double) vectors.get(a, item) * vectors.get(b, item);
        }
        return sum;
    }

    /** People prefer one of twenty groups of items. */
    private static InteractionMatrix clustered() {
        Random random = new Random(5);
        int[] start = new int[PEOPLE + 1];
        int[] column = new int[PEOPLE * ITEMS];
        int n = 0;
        for (int u = 0; u < PEOPLE; u++) {
            for (int i = 0; i < ITEMS; i++) {
                if (random.nextInt(i % 20 == u % 20 ? 3 : 60) == 0) {
                    column[n++] = i;
                }
            }
            start[u + 1] = n;
        }
        float[] value = new float[n];
        Arrays.fill(value, 1f);
        return new InteractionMatrix(PEOPLE, ITEMS, start, Arrays.copyOf(column, n), value);
    }
}
