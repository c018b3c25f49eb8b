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
        Chunk chunk = new Chunk(192, planes, 16);
        for (int i = 0; i < chunk.signs.length; i++) {
            chunk.signs[i] = random.nextInt();
        }
        for (int i = 0; i < chunk.factors.length; i++) {
            chunk.factors[i] = random.nextFloat();
        }
        int[] query = random.ints(planes * Kernel.QUERY_INTS).toArray();
        int total = random.nextInt(15 * 32 * planes);
        float threshold = (float) (random.nextGaussian() * total / 4);
        long[] rows = {random.nextLong(), 0, random.nextLong()};
        long[] simdRows = rows.clone();
        long[] scalarRows = rows.clone();
        float[] bySimd = new float[192];
        float[] byScalar = new float[192];
        int from = random.nextInt(2);
        simd.estimate(chunk, from, 3, planes, query, total, threshold, simdRows, bySimd);
        scalar.estimate(chunk, from, 3, planes, query, total, threshold, scalarRows, byScalar);
        assertThat(simdRows).isEqualTo(scalarRows);
        for (int row = from * 64; row < 192; row++) {
            if ((rows[row / 64] >>> row & 1) != 0) {
                assertThat(bySimd[row]).isEqualTo(byScalar[row]);
                assertThat((simdRows[row / 64] >>> row & 1) != 0)
                        .isEqualTo(bySimd[row] > threshold);
            }
        }
        assertThat(from == 0 || simdRows[0] == rows[0]).isTrue();
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
