package dev.vitrine.training.spectral;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.training.linear.FitBudget;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;

/** The filter against dense matrices and Jacobi's eigenvalue method, in doubles. */
class GraphFilterProperties {
    private static final FitBudget BUDGET = new FitBudget(2, DataSize.ofMebibytes(64));

    @Property(tries = 40)
    void equalsTheDenseComputation(
            @ForAll @IntRange(min = 3, max = 30) int people,
            @ForAll @IntRange(min = 3, max = 24) int items,
            @ForAll @FloatRange(min = 0f, max = 2.5f) float sharpenTime,
            @ForAll @FloatRange(min = 0.3f, max = 0.5f) float itemPower,
            @ForAll @IntRange(min = 1, max = 6) int wanted,
            @ForAll long seed) {
        InteractionMatrix train = random(people, items, seed);
        double[][] smoothing = smoothing(train, .5, itemPower);
        double[][] vectors = identity(items);
        double[] values = jacobi(copy(smoothing), vectors);
        double top = values[largest(values)[0]];
        for (double[] row : smoothing) {
            for (int j = 0; j < items; j++) {
                row[j] /= top;
            }
        }
        int components = atGap(values, Math.min(wanted, items - 1));
        FilterSettings settings = new FilterSettings(components, .3f, sharpenTime, .5f, itemPower);
        History history = new History(new int[] {0, items - 1}, new float[] {1f, 2f});
        double[] expected = dense(train, settings, smoothing, vectors, values, history);
        float[] scores = new float[items];
        try (GraphFilter filter = GraphFilter.fit(train, settings, 7, BUDGET, Progress.NONE)) {
            filter.score(history, scores);
            assertThat((double) filter.eigenvalues()[0]).isCloseTo(top, within(1e-3));
        }
        for (int j = 0; j < items; j++) {
            assertThat((double) scores[j]).isCloseTo(expected[j], within(2e-3));
        }
    }

    /** The largest number of components up to {@code most} that a clear gap follows, else all. */
    private static int atGap(double[] values, int most) {
        int[] order = largest(values);
        for (int k = most; k >= 1; k--) {
            if (values[order[k - 1]] - values[order[k]] > .02) {
                return k;
            }
        }
        return values.length;
    }

    private static double[] dense(
            InteractionMatrix train,
            FilterSettings s,
            double[][] smoothing,
            double[][] vectors,
            double[] values,
            History history) {
        int n = train.columns();
        double[] count = counts(train);
        double[] r = new double[n];
        for (int h = 0; h < history.size(); h++) {
            r[history.items()[h]] += history.weights()[h];
        }
        double[] y = times(r, smoothing);
        int[] order = largest(values);
        for (int k = 0; k < s.components(); k++) {
            double c = 0;
            for (int i = 0; i < n; i++) {
                c += r[i] * Math.pow(count[i], -s.itemPower()) * vectors[i][order[k]];
            }
            for (int j = 0; j < n; j++) {
                y[j] +=
                        s.lowPassWeight()
                                * c
                                * vectors[j][order[k]]
                                * Math.pow(count[j], s.itemPower());
            }
        }
        return rungeKutta(y, smoothing, s.sharpenTime());
    }

    private static double[] rungeKutta(double[] y, double[][] smoothing, double t) {
        double[] k1 = times(y, smoothing);
        double[] k2 = times(plus(y, -t / 2, k1), smoothing);
        double[] k3 = times(plus(y, -t / 2, k2), smoothing);
        double[] k4 = times(plus(y, -t, k3), smoothing);
        double[] out = y.clone();
        for (int i = 0; i < y.length; i++) {
            out[i] -= t / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
        }
        return out;
    }

    private static double[] plus(double[] a, double factor, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < a.length; i++) {
            sum[i] += factor * b[i];
        }
        return sum;
    }

    private static double[] times(double[] row, double[][] matrix) {
        double[] out = new double[row.length];
        for (int i = 0; i < row.length; i++) {
            for (int j = 0; j < row.length; j++) {
                out[j] += row[i] * matrix[i][j];
            }
        }
        return out;
    }

    private static double[] counts(InteractionMatrix train) {
        double[] count = new double[train.columns()];
        for (int item : train.column()) {
            count[item]++;
        }
        for (int i = 0; i < count.length; i++) {
            count[i] = Math.max(1, count[i]);
        }
        return count;
    }

    private static double[][] smoothing(InteractionMatrix train, double a, double b) {
        double[] count = counts(train);
        double[][] out = new double[train.columns()][train.columns()];
        for (int u = 0; u < train.rows(); u++) {
            int[] row = train.row(u);
            for (int i : row) {
                for (int j : row) {
                    out[i][j] += Math.pow(row.length, -2 * a) * Math.pow(count[i] * count[j], -b);
                }
            }
        }
        return out;
    }

    static InteractionMatrix random(int people, int items, long seed) {
        Random random = new Random(seed);
        int[] start = new int[people + 1];
        int[] column = new int[people * items];
        int n = 0;
        for (int u = 0; u < people; u++) {
            for (int i = 0; i < items; i++) {
                if (i == u % items || random.nextInt(4) == 0) {
                    column[n++] = i;
                }
            }
            start[u + 1] = n;
        }
        float[] value = new float[n];
        Arrays.fill(value, 1f);
        return new InteractionMatrix(people, items, start, Arrays.copyOf(column, n), value);
    }

    private static int[] largest(double[] values) {
        return java.util.stream.IntStream.range(0, values.length)
                .boxed()
                .sorted((x, y) -> Double.compare(values[y], values[x]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static double[][] identity(int n) {
        double[][] identity = new double[n][n];
        for (int i = 0; i < n; i++) {
            identity[i][i] = 1;
        }
        return identity;
    }

    private static double[][] copy(double[][] matrix) {
        return Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    }

    /** Cyclic Jacobi; {@code a} becomes diagonal, {@code v} the eigenvectors in columns. */
    private static double[] jacobi(double[][] a, double[][] v) {
        int n = a.length;
        for (int sweep = 0; sweep < 60; sweep++) {
            for (int p = 0; p < n; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(a[p][q]) > 1e-14) {
                        rotate(a, v, p, q);
                    }
                }
            }
        }
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = a[i][i];
        }
        return values;
    }

    private static void rotate(double[][] a, double[][] v, int p, int q) {
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double sign = theta < 0 ? -1 : 1;
        double t = sign / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
        double c = 1 / Math.sqrt(t * t + 1);
        double s = t * c;
        for (int k = 0; k < a.length; k++) {
            double x = a[k][p];
            double y = a[k][q];
            a[k][p] = c * x - s * y;
            a[k][q] = s * x + c * y;
        }
        for (int k = 0; k < a.length; k++) {
            double x = a[p][k];
            double y = a[q][k];
            a[p][k] = c * x - s * y;
            a[q][k] = s * x + c * y;
            double vx = v[k][p];
            double vy = v[k][q];
            v[k][p] = c * vx - s * vy;
            v[k][q] = s * vx + c * vy;
        }
    }
}
