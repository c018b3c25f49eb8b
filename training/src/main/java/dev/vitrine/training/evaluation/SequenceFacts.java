package dev.vitrine.training.evaluation;

/** What sequences say of items and of pairs of them, without any model. */
final class SequenceFacts {
    private static final int NEAR = 6;

    /** The share of the newest sequences that what is wanted lately is counted in. */
    private static final double LATELY = .07;

    private final int[] counts;
    private final int[] lately;
    private final PairCounts next;
    private final PairCounts near;

    private SequenceFacts(int[] counts, int[] lately, PairCounts next, PairCounts near) {
        this.counts = counts;
        this.lately = lately;
        this.next = next;
        this.near = near;
    }

    /**
     * @param sequences by time, the oldest first
     */
    static SequenceFacts of(int items, int[][] sequences) {
        int[] counts = new int[items];
        int[] lately = new int[items];
        int late = (int) (sequences.length * (1 - LATELY));
        for (int s = 0; s < sequences.length; s++) {
            for (int item : sequences[s]) {
                counts[item]++;
                lately[item] += s >= late ? 1 : 0;
            }
        }
        return new SequenceFacts(
                counts,
                lately,
                PairCounts.of(items, sequences, 1),
                PairCounts.of(items, sequences, NEAR));
    }

    int count(int item) {
        return counts[item];
    }

    int countLately(int item) {
        return lately[item];
    }

    /** How often the second came directly after the first. */
    int followed(int first, int second) {
        return next.of(first, second);
    }

    /** {@link #followed} beside how often the first was met. */
    float followedShare(int first, int second) {
        return followed(first, second) / (counts[first] + 1f);
    }

    /** How often both stood near each other. */
    int together(int one, int other) {
        return near.of(one, other) + near.of(other, one);
    }

    /** {@link #together} beside how often each was met. */
    float cosine(int one, int other) {
        int both = together(one, other);
        return both == 0
                ? 0
                : (float) (both / Math.sqrt((counts[one] + 1.0) * (counts[other] + 1.0)));
    }
}
