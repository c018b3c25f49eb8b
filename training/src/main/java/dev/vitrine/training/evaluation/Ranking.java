package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.TopItems;

/** One worker's own handle on a recommender, with its scratch space. Not thread-safe. */
@FunctionalInterface
public interface Ranking {
    /**
     * Fills {@code best[0..count-1]} (cleared by the caller) for the first {@code count} histories.
     *
     * @param hidesHistory items of a history are not offered for it
     */
    void rank(History[] histories, int count, boolean hidesHistory, TopItems[] best);
}
