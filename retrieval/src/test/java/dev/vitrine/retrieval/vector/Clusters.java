package dev.vitrine.retrieval.vector;

import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Clustered vectors of uneven length around a common direction, and exact answers for them. */
final class Clusters {
    final int items;
    final int dimensions;
    final float[] rows;
    private final Random random;
    private final float[][] centres;

    Clusters(int items, int dimensions, long seed) {
        this.items = items;
        this.dimensions = dimensions;
        this.random = new Random(seed);
        this.rows = new float[items * dimensions];
        float[] common = gaussian(dimensions);
        centres = new float[Math.max(1, items / 50)][];
        for (int c = 0; c < centres.length; c++) {
            centres[c] = gaussian(dimensions);
            for (int d = 0; d < dimensions; d++) {
                centres[c][d] += common[d];
            }
        }
        for (int i = 0; i < items; i++) {
            System.arraycopy(vector(), 0, rows, i * dimensions, dimensions);
        }
    }

    /** One more vector of the same kind. */
    float[] vector() {
        float[] centre = centres[random.nextInt(centres.length)];
        float[] vector = gaussian(dimensions);
        float length = (float) Math.exp(0.4 * random.nextGaussian());
        for (int d = 0; d < dimensions; d++) {
            vector[d] = length * (centre[d] + 0.7f * vector[d]);
        }
        return vector;
    }

    float[] row(int item) {
        return java.util.Arrays.copyOfRange(rows, item * dimensions, (item + 1) * dimensions);
    }

    private float[] gaussian(int count) {
        float[] values = new float[count];
        for (int d = 0; d < count; d++) {
            values[d] = (float) random.nextGaussian();
        }
        return values;
    }

    /** A mask that keeps each item with this chance. */
    ItemMask mask(double share) {
        ItemMask mask = new ItemMask(items);
        for (int i = 0; i < items; i++) {
            if (random.nextDouble() < share) {
                mask.add(i);
            }
        }
        return mask;
    }

    TopItems exact(float[] query, ItemMask allowed, int k, Similarity similarity) {
        TopItems best = new TopItems(k);
        for (int i = 0; i < items; i++) {
            if (allowed.contains(i)) {
                best.offer(i, (float) score(query, row(i), similarity));
            }
        }
        best.sort();
        return best;
    }

    static double score(float[] query, float[] row, Similarity similarity) {
        double dot = 0;
        double squares = 0;
        double querySquares = 0;
        for (int d = 0; d < query.length; d++) {
            dot += (double) query[d] * row[d];
            squares += (double) row[d] * row[d];
            querySquares += (double) query[d] * query[d];
        }
        return similarity == Similarity.INNER_PRODUCT || squares == 0 || querySquares == 0
                ? dot
                : dot / Math.sqrt(squares * querySquares);
    }

    static double recall(TopItems found, TopItems exact) {
        Set<Integer> truth = new HashSet<>();
        for (int i = 0; i < exact.size(); i++) {
            truth.add(exact.item(i));
        }
        int hits = 0;
        for (int i = 0; i < found.size(); i++) {
            hits += truth.contains(found.item(i)) ? 1 : 0;
        }
        return exact.size() == 0 ? 1 : (double) hits / exact.size();
    }
}
