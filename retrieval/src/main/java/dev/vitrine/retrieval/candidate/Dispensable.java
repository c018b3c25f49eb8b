package dev.vitrine.retrieval.candidate;

import dev.vitrine.kernel.error.VitrineException;

/**
 * A source that costs more than the others and that answers can do without: under pressure it is
 * not asked, and where it has no room for a question, or fails, it proposes nothing.
 */
public record Dispensable(CandidateSource source) implements CandidateSource {
    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        try {
            source.collect(history, allowed, best);
        } catch (VitrineException withoutIt) {
            // Whoever runs the source counts what failed; the answer goes on without it.
        }
    }
}
