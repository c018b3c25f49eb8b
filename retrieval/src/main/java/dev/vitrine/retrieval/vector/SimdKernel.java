package dev.vitrine.retrieval.vector;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** As many rows (or dimensions) at a time as a register of this machine has lanes. */
final class SimdKernel implements Kernel {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(
                    short.class, VectorShape.forBitSize(Math.max(64, FLOATS.vectorBitSize() / 2)));
    private static final int LANES = INTS.length();

    /** Counting bits in lanes pays from 256-bit registers on. */
    static boolean worthwhile() {
        return LANES >= 8 && LANES <= 16;
    }

    @Override
    public void estimate(
            Chunk chunk,
            int from,
            int to,
            int planes,
            int[] query,
            int total,
            float threshold,
            long[] rows,
            float[] out) {
        for (int block = from; block < to; block++) {
            if (rows[block] == 0) {
                continue;
            }
            long hits = 0;
            int at = block * planes * Chunk.BLOCK;
            for (int lane = 0; lane < Chunk.BLOCK; lane += LANES) {
                int row = block * Chunk.BLOCK + lane;
                IntVector sum = sum(chunk.signs, at + lane, planes, query);
                FloatVector estimate =
                        ((FloatVector)
                                        IntVector.broadcast(INTS, total)
                                                .sub(sum.add(sum))
                                                .convert(VectorOperators.I2F, 0))
                                .mul(FloatVector.fromArray(FLOATS, chunk.factors, row));
                estimate.intoArray(out, row);
                hits |= estimate.compare(VectorOperators.GT, threshold).toLong() << lane;
            }
            rows[block] &= hits;
        }
    }

    private static IntVector sum(int[] signs, int at, int planes, int[] query) {
        IntVector sum0 = IntVector.zero(INTS);
        IntVector sum1 = sum0;
        IntVector sum2 = sum0;
        IntVector sum3 = sum0;
        for (int plane = 0; plane < planes; plane++) {
            int q = plane * QUERY_INTS;
            IntVector differ =
                    IntVector.fromArray(INTS, signs, at + plane * Chunk.BLOCK)
                            .lanewise(VectorOperators.XOR, query[q]);
            sum0 = sum0.add(count(differ, query[q + 1]));
            sum1 = sum1.add(count(differ, query[q + 2]));
            sum2 = sum2.add(count(differ, query[q + 3]));
            sum3 = sum3.add(count(differ, query[q + 4]));
        }
        IntVector high = sum3.add(sum3).add(sum2);
        IntVector middle = high.add(high).add(sum1);
        return middle.add(middle).add(sum0);
    }

    private static IntVector count(IntVector differ, int magnitude) {
        return differ.and(magnitude).lanewise(VectorOperators.BIT_COUNT);
    }

    @Override
    public float dot(float[] query, short[] values, int at, int stride) {
        FloatVector sum = FloatVector.zero(FLOATS);
        for (int d = 0; d < stride; d += LANES) {
            FloatVector row =
                    (FloatVector)
                            ShortVector.fromArray(SHORTS, values, at + d)
                                    .convertShape(VectorOperators.S2F, FLOATS, 0);
            sum = row.fma(FloatVector.fromArray(FLOATS, query, d), sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
