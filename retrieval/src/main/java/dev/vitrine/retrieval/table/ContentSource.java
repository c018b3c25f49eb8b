package dev.vitrine.retrieval.table;

import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.vector.VectorTable;

/**
 * Proposes what is like the items of a history by what products say about themselves: the nearest
 * by cosine to the weighted mean of their content vectors. Safe for concurrent callers.
 *
 * @param vectors cosine, one per item that says something
 */
public record ContentSource(VectorTable vectors) implements CandidateSource {
    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        float[] mean = new float[vectors.dimensions()];
        float[] vector = new float[mean.length];
        boolean any = false;
        for (int i = 0; i < history.size(); i++) {
            int item = history.items()[i];
            if (item >= 0 && vectors.contains(item) && vectors.read(item, vector)) {
                any = true;
                for (int d = 0; d < mean.length; d++) {
                    mean[d] += history.weights()[i] * vector[d];
                }
            }
        }
        if (any) {
            vectors.search(mean, allowed, best);
        }
    }
}
