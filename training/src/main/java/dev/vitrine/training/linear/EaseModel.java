package dev.vitrine.training.linear;

import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * A fitted EASE model in native memory. The score of item j is {@code -s_j / P_jj * sum over i in
 * the history, i != j, of x_i P_ij}, with x_i the input and s_j the output scaling; items without
 * interactions score 0. Safe for concurrent callers until closed.
 */
public final class EaseModel implements ItemScorer, AutoCloseable {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private final int items;
    private final int[] active;
    private final int[] compact;
    private final float[] inputScale;
    private final float[] outputScale;
    private final NativeMatrix inverse;

    private EaseModel(
            int items,
            int[] active,
            float[] inputScale,
            float[] outputScale,
            NativeMatrix inverse) {
        this.items = items;
        this.active = active;
        this.inputScale = inputScale;
        this.outputScale = outputScale;
        this.inverse = inverse;
        this.compact = new int[items];
        Arrays.fill(compact, -1);
        for (int k = 0; k < active.length; k++) {
            compact[active[k]] = k;
        }
    }

    static EaseModel of(
            int items, int[] active, int[] counts, EaseSettings settings, NativeMatrix inverse) {
        float[] input = powers(counts, active, -settings.itemPower());
        float[] output = powers(counts, active, settings.outputPower());
        for (int k = 0; k < output.length; k++) {
            output[k] /= -inverse.get(k, k);
        }
        return new EaseModel(items, active, input, output, inverse);
    }

    static float[] powers(int[] counts, int[] active, float power) {
        float[] powers = new float[active.length];
        for (int k = 0; k < active.length; k++) {
            powers[k] = (float) Math.pow(counts[active[k]], power);
        }
        return powers;
    }

    /** The weight of item {@code from} in a history for the score of item {@code to}. */
    public float weight(int from, int to) {
        int i = compact[from];
        int j = compact[to];
        return i < 0 || j < 0 || i == j ? 0f : inputScale[i] * inverse.get(i, j) * outputScale[j];
    }

    @Override
    public int items() {
        return items;
    }

    @Override
    public void score(History history, float[] scores) {
        int n = active.length;
        Arrays.fill(scores, 0, items, 0f);
        // Active numbers are never below their compact ones, so sums can be spread in place.
        for (int h = 0; h < history.size(); h++) {
            int i = compactOrAbsent(history.items()[h]);
            if (i >= 0) {
                accumulate(i, history.weights()[h] * inputScale[i], scores, n);
            }
        }
        for (int h = 0; h < history.size(); h++) {
            int i = compactOrAbsent(history.items()[h]);
            if (i >= 0) {
                scores[i] -= history.weights()[h] * inputScale[i] * inverse.get(i, i);
            }
        }
        for (int k = n - 1; k >= 0; k--) {
            float score = scores[k] * outputScale[k];
            scores[k] = 0f;
            scores[active[k]] = score;
        }
    }

    private int compactOrAbsent(int item) {
        return item < items ? compact[item] : -1;
    }

    private void accumulate(int column, float weight, float[] sums, int n) {
        MemorySegment segment = inverse.segment();
        long base = inverse.columnOffset(column);
        int k = 0;
        int end = SPECIES.loopBound(n);
        FloatVector factor = FloatVector.broadcast(SPECIES, weight);
        for (; k < end; k += SPECIES.length()) {
            FloatVector row =
                    FloatVector.fromMemorySegment(
                            SPECIES,
                            segment,
                            base + (long) k * Float.BYTES,
                            ByteOrder.nativeOrder());
            row.fma(factor, FloatVector.fromArray(SPECIES, sums, k)).intoArray(sums, k);
        }
        for (; k < n; k++) {
            sums[k] = Math.fma(inverse.get(k, column), weight, sums[k]);
        }
    }

    @Override
    public void close() {
        inverse.close();
    }
}
