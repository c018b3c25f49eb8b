package dev.vitrine.retrieval.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The vector form computes what the scalar form computes, up to rounding. */
class DenseKernelsProperties {
    private final DenseKernels vector = new VectorKernels();
    private final DenseKernels scalar = new ScalarKernels();

    @Property(tries = 60)
    void products(
            @ForAll @IntRange(min = 1, max = 24) int fours,
            @ForAll @IntRange(min = 1, max = 3) int widths,
            @ForAll @IntRange(min = 0, max = 70) int count,
            @ForAll boolean transposed,
            @ForAll long seed) {
        int rows = 4 * fours;
        int columns = DenseKernels.WIDTH * widths;
        float[] a = random(Math.max(1, count * rows), seed);
        float[] b = random(Math.max(1, count * columns), seed + 1);
        int stepK = transposed ? rows : 1;
        int stepI = transposed ? 1 : count;
        float[] expected = random(rows * columns, seed + 2);
        float[] actual = expected.clone();
        scalar.addProduct(
                a, 0, stepK, stepI, b, 0, columns, count, rows, columns, false, expected, columns);
        vector.addProduct(
                a, 0, stepK, stepI, b, 0, columns, count, rows, columns, false, actual, columns);
        assertClose(actual, expected, 1e-4f);
    }

    @Property(tries = 60)
    void gramCholeskyAndSolve(@ForAll @IntRange(min = 1, max = 130) int n, @ForAll long seed) {
        int stride = DenseKernels.padded(n);
        float[] expected = positiveDefinite(n, stride, seed, scalar);
        float[] actual = positiveDefinite(n, stride, seed, vector);
        float[] x = random(n, seed + 5);
        float[] y = x.clone();
        assertThat(scalar.cholesky(expected, n, stride)).isTrue();
        assertThat(vector.cholesky(actual, n, stride)).isTrue();
        for (int i = 0; i < n; i++) {
            for (int j = i; j < n; j++) {
                assertThat(actual[i * stride + j])
                        .isCloseTo(expected[i * stride + j], within(1e-3f));
            }
        }
        scalar.solve(expected, n, stride, x);
        vector.solve(actual, n, stride, y);
        assertClose(y, x, 1e-3f);
    }

    @Property(tries = 60)
    void dotAndAddScaled(
            @ForAll @IntRange(min = 0, max = 100) int n,
            @ForAll @IntRange(min = 0, max = 5) int offset,
            @ForAll long seed) {
        float[] x = random(n + offset, seed);
        float[] y = random(n + offset, seed + 1);
        assertThat(vector.dot(x, offset, y, offset, n))
                .isCloseTo(scalar.dot(x, offset, y, offset, n), within(1e-4f));
        float[] expected = y.clone();
        scalar.addScaled(0.7f, x, offset, expected, offset, n);
        vector.addScaled(0.7f, x, offset, y, offset, n);
        assertClose(y, expected, 1e-6f);
    }

    @Property(tries = 20)
    void whatIsNotPositiveDefiniteIsRefused(
            @ForAll @IntRange(min = 1, max = 40) int n, @ForAll long seed) {
        int stride = DenseKernels.padded(n);
        for (DenseKernels kernels : new DenseKernels[] {scalar, vector}) {
            float[] a = positiveDefinite(n, stride, seed, scalar);
            int bad = (int) Math.floorMod(seed, (long) n);
            a[bad * stride + bad] = -1;
            assertThat(kernels.cholesky(a, n, stride)).isFalse();
        }
    }

    private static float[] positiveDefinite(int n, int stride, long seed, DenseKernels kernels) {
        float[] panel = new float[(n + 3) * stride];
        SplittableRandom random = new SplittableRandom(seed);
        for (int r = 0; r < n + 3; r++) {
            for (int c = 0; c < n; c++) {
                panel[r * stride + c] = (float) random.nextDouble(-1, 1);
            }
        }
        float[] a = new float[stride * stride];
        kernels.addProduct(
                panel, 0, stride, 1, panel, 0, stride, n + 3, stride, stride, true, a, stride);
        for (int i = 0; i < n; i++) {
            a[i * stride + i] += 1;
        }
        return a;
    }

    private static float[] random(int length, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[length];
        for (int i = 0; i < length; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private static void assertClose(float[] actual, float[] expected, float within) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).as("place %d", i).isCloseTo(expected[i], within(within));
        }
    }
}
