package dev.vitrine.benchmarks.vector;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** Every allowed row in floats; its answers are the truth that recall is counted against. */
final class FloatScan implements Contender {
    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

    private final float[] rows;

    FloatScan(float[] rows) {
        this.rows = rows;
    }

    @Override
    public String name() {
        return "floatScan";
    }

    @Override
    public long bytes() {
        return 4L * rows.length;
    }

    @Override
    public void search(float[] query, ItemMask allowed, TopItems best) {
        long[] words = allowed.words();
        for (int w = 0; w < words.length; w++) {
            for (long bits = words[w]; bits != 0; bits &= bits - 1) {
                int item = (w << 6) + Long.numberOfTrailingZeros(bits);
                float score = dot(query, rows, item * FittedVectors.DIMENSIONS);
                if (score >= best.threshold()) {
                    best.offer(item, score);
                }
            }
        }
    }

    static float dot(float[] query, float[] rows, int at) {
        FloatVector sum = FloatVector.zero(LANES);
        for (int d = 0; d < FittedVectors.DIMENSIONS; d += LANES.length()) {
            sum =
                    FloatVector.fromArray(LANES, query, d)
                            .fma(FloatVector.fromArray(LANES, rows, at + d), sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
