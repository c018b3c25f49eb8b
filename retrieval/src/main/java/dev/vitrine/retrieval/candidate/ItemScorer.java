package dev.vitrine.retrieval.candidate;

/**
 * A model that gives every item a score for one history. Used by evaluation; safe for concurrent
 * callers.
 */
public interface ItemScorer {
    /** Number of items: scores go to positions 0 to {@code items() - 1}. */
    int items();

    /** Overwrites the first {@code items()} places of {@code scores}; higher is better. */
    void score(History history, float[] scores);

    /**
     * Scores a batch; models that can share work between histories override this.
     *
     * @param scores one row of at least {@code items()} places per history
     */
    default void score(History[] histories, int count, float[][] scores) {
        for (int i = 0; i < count; i++) {
            score(histories[i], scores[i]);
        }
    }
}
