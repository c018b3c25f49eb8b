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

    @Example
    void whatIsNotFiniteIsRefused() {
        assertThatThrownBy(() -> new SymmetricEigen(new double[][] {{Double.NaN}}))
                .isInstanceOf(ArithmeticException.class)
                .hasMessageContaining("NaN");
    }
}
