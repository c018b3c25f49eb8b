package dev.vitrine.retrieval.candidate;

import dev.vitrine.kernel.error.VitrineException;
import java.util.Arrays;

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

    /** NaN for each item where the source fails. */
    @Override
    public float[] scores(History history, int... items) {
        try {
            return source.scores(history, items);
        } catch (VitrineException withoutIt) {
            float[] missing = new float[items.length];
            Arrays.fill(missing, Float.NaN);
            return missing;
        }
    }
}
