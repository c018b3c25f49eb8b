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
}
