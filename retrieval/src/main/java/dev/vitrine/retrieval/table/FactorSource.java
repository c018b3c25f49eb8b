package dev.vitrine.retrieval.table;

import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.vector.VectorTable;

/**
 * A factor model as it serves: the history is folded in, and the best items for the vector come
 * from a table that also holds items that came later. Safe for concurrent callers.
 *
 * @param vectors inner product, the width of the model's factors
 */
public record FactorSource(FactorModel model, VectorTable vectors) implements CandidateSource {
    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        if (history.size() == 0) {
            return;
        }
        float[] vector = model.foldIn(history);
        if (!isZero(vector)) {
            vectors.search(vector, allowed, best);
        }
    }

    /** To a vector of zeros, of a history that the model knows nothing of, all items are equal. */
    private static boolean isZero(float[] vector) {
        for (float component : vector) {
            if (component != 0) {
                return false;
            }
        }
        return true;
    }
}
