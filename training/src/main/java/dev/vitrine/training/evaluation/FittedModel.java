package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.ItemScorer;

/**
 * A model ready to be judged.
 *
 * @param release frees what the model holds outside the heap
 */
public record FittedModel(ItemScorer scorer, Runnable release) implements AutoCloseable {
    /** A model that holds nothing but heap. */
    static FittedModel of(ItemScorer scorer) {
        return new FittedModel(scorer, () -> {});
    }

    @Override
    public void close() {
        release.run();
    }
}
