package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.History;

/**
 * A test as data: histories, and for each the items that answered it. A protocol is a way to make
 * questions from a data set; see {@link TopNSplit}, {@link SequenceSplit} and {@link SessionSplit}.
 * Safe for concurrent readers.
 */
public interface Questions {
    /** Number of questions. */
    int size();

    /** Number of items that are ranked: item numbers 0 to {@code items() - 1}. */
    int items();

    /** What the recommender is shown. */
    History history(int question);

    /** The right answers: distinct item numbers, rising, at least one. */
    int[] answers(int question);

    /** Whether items of the history may not be recommended. */
    boolean hidesHistory();
}
