package dev.vitrine.retrieval.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Both forms of the solve give the minimum of the objective, where its gradient is zero. */
class FactorSolverProperties {
    @Property(tries = 100)
    void gradientIsZero(
            @ForAll @IntRange(min = 1, max = 70) int dimensions,
            @ForAll @IntRange(min = 0, max = 400) int entries,
            @ForAll boolean vectorized,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int others = 500;
        float[] factors = new float[others * dimensions];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = (float) random.nextDouble(-1, 1);
        }
        float[] gram = new float[dimensions];
        for (int k = 0; k < dimensions; k++) {
            gram[k] = (float) random.nextDouble(0, 100);
        }
        int[] columns = new int[entries];
        float[] weights = new float[entries];
        for (int j = 0; j < entries; j++) {
            columns[j] = random.nextInt(others);
            weights[j] = (float) random.nextDouble(0.1, 3);
        }
        float unobserved = 0.1f;
        float ridge = 0.5f;
        DenseKernels kernels = vectorized ? new VectorKernels() : new ScalarKernels();
        float[] out = new float[dimensions + 2];
        new FactorSolver(dimensions, kernels)
                .solve(factors, gram, unobserved, ridge, columns, weights, 0, entries, out, 1);

        double[] gradient = new double[dimensions];
        for (int k = 0; k < dimensions; k++) {
            gradient[k] = (unobserved * gram[k] + ridge) * out[1 + k];
        }
        for (int j = 0; j < entries; j++) {
            double score = 0;
            for (int k = 0; k < dimensions; k++) {
                score += out[1 + k] * factors[columns[j] * dimensions + k];
            }
            for (int k = 0; k < dimensions; k++) {
                gradient[k] -= weights[j] * (1 - score) * factors[columns[j] * dimensions + k];
            }
        }
        for (int k = 0; k < dimensions; k++) {
            assertThat(gradient[k]).as("component %d", k).isCloseTo(0, within(5e-3));
        }
        assertThat(out[0]).isZero();
        assertThat(out[dimensions + 1]).isZero();
    }
}
