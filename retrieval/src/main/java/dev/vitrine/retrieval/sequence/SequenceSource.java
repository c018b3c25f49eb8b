package dev.vitrine.retrieval.sequence;

import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.vector.VectorTable;

/**
 * A sequence model as it serves: the graph makes a query of the history, and the items that fit
 * best come from a table that also holds items that came later. Scores are probabilities relative
 * to the best item, so that they can be added to those of other sources.
 *
 * @param vectors inner product, the width of the model, as {@link SequenceModel#table} makes it
 */
public record SequenceSource(SequenceModel model, VectorTable vectors) implements CandidateSource {
    @Override
    public void collect(History history, ItemMask allowed, TopItems best) {
        float[] query = model.queries(new History[] {history}, 1);
        if (!isKnown(query)) {
            return;
        }
        TopItems found = new TopItems(best.capacity());
        vectors.search(query, allowed, found);
        found.sort();
        for (int place = 0; place < found.size(); place++) {
            best.offer(found.item(place), (float) Math.exp(found.score(place) - found.score(0)));
        }
    }

    /** Inner products: a probability beside the best item would say nothing of a lone one. */
    @Override
    public float[] scores(History history, int... items) {
        float[] scores = new float[items.length];
        float[] query = model.queries(new History[] {history}, 1);
        float[] vector = new float[query.length];
        for (int i = 0; i < items.length; i++) {
            if (vectors.read(items[i], vector)) {
                for (int d = 0; d < vector.length; d++) {
                    scores[i] += query[d] * vector[d];
                }
            }
        }
        return scores;
    }

    private static boolean isKnown(float[] query) {
        for (float component : query) {
            if (component != 0) {
                return true;
            }
        }
        return false;
    }
}
