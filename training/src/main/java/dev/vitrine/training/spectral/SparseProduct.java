package dev.vitrine.training.spectral;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.training.linear.NativeMatrix;
import java.nio.ByteOrder;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Sparse times dense, where a dense matrix holds one vector of {@code width} floats per column:
 * {@code out column r = sum over the entries of row r of value * in column c}.
 */
final class SparseProduct {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

    private SparseProduct() {}

    /** Makes columns {@code from} to {@code to - 1} of {@code out}; {@code sum} is scratch. */
    static void multiply(
            InteractionMatrix sparse,
            NativeMatrix in,
            NativeMatrix out,
            int from,
            int to,
            float[] sum) {
        int width = in.rows();
        for (int row = from; row < to; row++) {
            Arrays.fill(sum, 0, width, 0f);
            for (int p = sparse.rowStart()[row]; p < sparse.rowStart()[row + 1]; p++) {
                addColumn(in, sparse.column()[p], sparse.value()[p], sum);
            }
            out.setColumn(row, sum, 0, width);
        }
    }

    /** {@code sum += factor * column}. */
    static void addColumn(NativeMatrix in, int column, float factor, float[] sum) {
        int width = in.rows();
        long base = in.columnOffset(column);
        int end = SPECIES.loopBound(width);
        FloatVector scale = FloatVector.broadcast(SPECIES, factor);
        int k = 0;
        for (; k < end; k += SPECIES.length()) {
            FloatVector values =
                    FloatVector.fromMemorySegment(
                            SPECIES,
                            in.segment(),
                            base + (long) k * Float.BYTES,
                            ByteOrder.nativeOrder());
            values.fma(scale, FloatVector.fromArray(SPECIES, sum, k)).intoArray(sum, k);
        }
        for (; k < width; k++) {
            sum[k] = Math.fma(in.get(k, column), factor, sum[k]);
        }
    }
}
