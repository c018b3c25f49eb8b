package dev.vitrine.benchmarks.vector;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Every row in bytes with a scale for each, then the best 200 again in floats. Rows lie in blocks
 * of 64, dimension after dimension, so that a register takes one dimension of many rows and no sum
 * across lanes is needed.
 */
final class ByteScan implements Contender {
    private static final int BLOCK = 64;
    private static final int RESCORED = 200;
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Integer> INTS =
            VectorSpecies.of(int.class, FLOATS.vectorShape());
    private static final VectorSpecies<Byte> BYTES =
            VectorSpecies.of(
                    byte.class, VectorShape.forBitSize(Math.max(64, INTS.vectorBitSize() / 4)));

    private final float[] rows;
    private final byte[] bytes;
    private final float[] scales;
    private final byte[] query = new byte[FittedVectors.DIMENSIONS];
    private final float[] scores = new float[BLOCK];
    private final TopItems first = new TopItems(RESCORED);

    ByteScan(float[] rows) {
        this.rows = rows;
        int items = rows.length / FittedVectors.DIMENSIONS;
        int blocks = (items + BLOCK - 1) / BLOCK;
        bytes = new byte[blocks * BLOCK * FittedVectors.DIMENSIONS];
        scales = new float[blocks * BLOCK];
        byte[] row = new byte[FittedVectors.DIMENSIONS];
        for (int item = 0; item < items; item++) {
            scales[item] = quantize(rows, item * FittedVectors.DIMENSIONS, row);
            int at = item / BLOCK * BLOCK * FittedVectors.DIMENSIONS + item % BLOCK;
            for (int d = 0; d < FittedVectors.DIMENSIONS; d++) {
                bytes[at + d * BLOCK] = row[d];
            }
        }
    }

    private static float quantize(float[] from, int at, byte[] to) {
        float largest = Float.MIN_NORMAL;
        for (int d = 0; d < to.length; d++) {
            largest = Math.max(largest, Math.abs(from[at + d]));
        }
        for (int d = 0; d < to.length; d++) {
            to[d] = (byte) Math.round(from[at + d] / largest * Byte.MAX_VALUE);
        }
        return largest / Byte.MAX_VALUE;
    }

    @Override
    public String name() {
        return "byteScan";
    }

    @Override
    public long bytes() {
        return bytes.length + 4L * scales.length + 4L * rows.length;
    }

    @Override
    public void search(float[] vector, ItemMask allowed, TopItems best) {
        quantize(vector, 0, query);
        first.clear();
        long[] words = allowed.words();
        for (int w = 0; w < words.length; w++) {
            if (words[w] != 0) {
                block(w, words[w]);
            }
        }
        for (int i = 0; i < first.size(); i++) {
            int item = first.item(i);
            best.offer(item, FloatScan.dot(vector, rows, item * FittedVectors.DIMENSIONS));
        }
    }

    private void block(int block, long allowed) {
        long hits = 0;
        float threshold = first.threshold();
        for (int row = 0; row < BLOCK; row += INTS.length()) {
            IntVector sum = IntVector.zero(INTS);
            int at = block * BLOCK * FittedVectors.DIMENSIONS + row;
            for (int d = 0; d < FittedVectors.DIMENSIONS; d++) {
                IntVector lanes =
                        (IntVector)
                                ByteVector.fromArray(BYTES, bytes, at + d * BLOCK)
                                        .convertShape(VectorOperators.B2I, INTS, 0);
                sum = sum.add(lanes.mul(query[d]));
            }
            FloatVector scored =
                    ((FloatVector) sum.convert(VectorOperators.I2F, 0))
                            .mul(FloatVector.fromArray(FLOATS, scales, block * BLOCK + row));
            scored.intoArray(scores, row);
            hits |= scored.compare(VectorOperators.GE, threshold).toLong() << row;
        }
        for (long bits = hits & allowed; bits != 0; bits &= bits - 1) {
            int row = Long.numberOfTrailingZeros(bits);
            first.offer(block * BLOCK + row, scores[row]);
        }
    }
}
