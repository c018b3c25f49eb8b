package dev.vitrine.training.factorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SymmetricEigenProperties {
    @Property(tries = 50)
    void vectorsAreOrthonormalAndDiagonalize(
            @ForAll @IntRange(min = 1, max = 70) int n,
            @ForAll @IntRange(min = 1, max = 70) int rank,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[][] a = new double[n][n];
        for (int r = 0; r < rank; r++) {
            double[] v = random.doubles(n, -1, 1).toArray();
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    a[i][j] += v[i] * v[j];
                }
            }
        }
        SymmetricEigen eigen = new SymmetricEigen(a);
        double[][] q = eigen.vectors();
        double[] values = eigen.values();
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                double product = 0;
                double rebuilt = 0;
                for (int k = 0; k < n; k++) {
                    product += q[k][i] * q[k][j];
                    rebuilt += q[i][k] * values[k] * q[j][k];
                }
                assertThat(product).isCloseTo(i == j ? 1 : 0, within(1e-10));
                assertThat(rebuilt).isCloseTo(a[i][j], within(1e-9));
            }
        }
    }

    @Example
    void aDiagonalMatrixKeepsItsValues() {
        SymmetricEigen eigen = new SymmetricEigen(new double[][] {{3, 0, 0}, {0, 0, 0}, {0, 0, 1}});
        assertThat(eigen.values()).containsExactlyInAnyOrder(3, 0, 1);
    }

    /** As the factors of a fit whose penalty leaves hardly anything of most directions. */
    @Property(tries = 60)
    void aBlockOfNearlyNothingConverges(
            @ForAll long seed, @ForAll @IntRange(min = 250, max = 322) int magnitude) {
        SplittableRandom random = new SplittableRandom(seed);
        int half = 20;
        double[][] a = new double[2 * half][2 * half];
        for (int r = 0; r < half; r++) {
            double[] v = random.doubles(2 * half, -1, 1).toArray();
            for (int i = 0; i < 2 * half; i++) {
                for (int j = 0; j < 2 * half; j++) {
                    if (i / half == j / half) {
                        a[i][j] += v[i] * v[j] * (i < half ? 1 : Math.pow(10, -magnitude));
                    }
                }
            }
        }
        double trace = 0;
        for (int i = 0; i < half; i++) {
            trace += a[i][i];
        }
        double sum = 0;
        for (double value : new SymmetricEigen(a).values()) {
            sum += value;
        }
        assertThat(sum).isCloseTo(trace, within(1e-10));
    }

    @Example
    void whatIsNotFiniteIsRefused() {
        assertThatThrownBy(() -> new SymmetricEigen(new double[][] {{Double.NaN}}))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("NaN");
    }
}
