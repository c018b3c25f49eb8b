package dev.vitrine.training.evaluation;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import java.util.Comparator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * The recommender that every other one stands beside: the same items for everyone, by how often
 * they occur in training.
 */
public final class ItemCounts implements ItemScorer {
    private final int[] counts;
    private final long histories;

    private ItemCounts(int[] counts, long histories) {
        this.counts = counts;
        this.histories = histories;
    }

    /** Counts entries per column. */
    public static ItemCounts of(InteractionMatrix train) {
        int[] counts = new int[train.columns()];
        for (int item : train.column()) {
            counts[item]++;
        }
        return new ItemCounts(counts, train.rows());
    }

    /** Counts occurrences in sequences; repetitions count. */
    public static ItemCounts of(int[][] sequences, int items) {
        int[] counts = new int[items];
        for (int[] sequence : sequences) {
            for (int item : sequence) {
                counts[item]++;
            }
        }
        return new ItemCounts(counts, sequences.length);
    }

    /** How often an item occurs. */
    public int of(int item) {
        return counts[item];
    }

    @Override
    public int items() {
        return counts.length;
    }

    @Override
    public void score(History history, float[] scores) {
        for (int i = 0; i < counts.length; i++) {
            scores[i] = counts[i];
        }
    }

    /** The same ranking with equal items in a random order, to see how much ties decide. */
    ItemScorer withTies(RandomGenerator random) {
        float[] fractions = new float[counts.length];
        for (int i = 0; i < fractions.length; i++) {
            fractions[i] = counts[i] + random.nextFloat() / 2;
        }
        return new ItemScorer() {
            @Override
            public int items() {
                return fractions.length;
            }

            @Override
            public void score(History history, float[] scores) {
                System.arraycopy(fractions, 0, scores, 0, fractions.length);
            }
        };
    }

    /**
     * Whether an item is one of those that occur most.
     *
     * @param share of the items that occur at all, rounded up; of equal items the first
     */
    boolean[] mostMet(double share) {
        int[] order =
                IntStream.range(0, counts.length)
                        .filter(item -> counts[item] > 0)
                        .boxed()
                        .sorted(Comparator.comparingInt((Integer item) -> -counts[item]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        boolean[] most = new boolean[counts.length];
        for (int place = 0; place < Math.ceil(share * order.length); place++) {
            most[order[place]] = true;
        }
        return most;
    }

    /** {@code -log2(p)} per item; a count of 0 is read as 1, one above the histories as all. */
    double[] selfInformation() {
        double[] information = new double[counts.length];
        for (int i = 0; i < counts.length; i++) {
            double share = Math.min(1.0, Math.max(1, counts[i]) / (double) Math.max(1, histories));
            information[i] = -Math.log(share) / Math.log(2);
        }
        return information;
    }
}
