package dev.vitrine.retrieval.candidate;

/**
 * A model that proposes the best items for one history without touching all of them. Safe for
 * concurrent callers.
 */
public interface CandidateSource {
    /**
     * Offers items that {@code allowed} contains to {@code best}, which keeps the highest scores.
     */
    void collect(History history, ItemMask allowed, TopItems best);
}
