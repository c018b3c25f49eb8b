package dev.vitrine.retrieval.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The kernel of many lanes does what the one of single rows does. */
class KernelProperties {
    private final Kernel simd = new SimdKernel();
    private final Kernel scalar = new ScalarKernel();

    @Property(tries = 300)
    void estimatesAreEqual(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int half) {
        Random random = new Random(seed);
        int planes = 2 * half;
        int at = 64 * random.nextInt(3);
        int[] signs = random.ints(at + 64 * planes).toArray();
        float[] factors = new float[at + 64];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = random.nextFloat();
        }
        int[] query = random.ints(planes * Kernel.QUERY_INTS).toArray();
        int total = random.nextInt(15 * 32 * planes);
        float threshold = (float) (random.nextGaussian() * total / 4);
        float[] bySimd = new float[64];
        float[] byScalar = new float[64];
        long simdHits =
                simd.estimate(signs, at, planes, factors, at, query, total, threshold, bySimd);
        long scalarHits =
                scalar.estimate(signs, at, planes, factors, at, query, total, threshold, byScalar);
        assertThat(bySimd).isEqualTo(byScalar);
        assertThat(simdHits).isEqualTo(scalarHits);
        for (int row = 0; row < 64; row++) {
            assertThat((simdHits >>> row & 1) != 0).isEqualTo(bySimd[row] > threshold);
        }
    }

    @Property(tries = 300)
    void dotsAreEqual(@ForAll long seed, @ForAll @IntRange(min = 1, max = 24) int sixteenths) {
        Random random = new Random(seed);
        int stride = 16 * sixteenths;
        int at = stride * random.nextInt(3);
        short[] values = new short[at + stride];
        for (int i = 0; i < values.length; i++) {
            values[i] = (short) random.nextInt();
        }
        float[] query = new float[stride];
        double exact = 0;
        double size = 0;
        for (int d = 0; d < stride; d++) {
            query[d] = (float) random.nextGaussian();
            exact += (double) query[d] * values[at + d];
            size += Math.abs((double) query[d] * values[at + d]);
        }
        assertThat((double) simd.dot(query, values, at, stride))
                .isCloseTo(exact, within(1e-5 * size));
        assertThat((double) scalar.dot(query, values, at, stride))
                .isCloseTo(exact, within(1e-5 * size));
    }
}
