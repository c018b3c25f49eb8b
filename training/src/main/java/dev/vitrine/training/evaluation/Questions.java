package dev.vitrine.training.evaluation;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.training.TrainingError;

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

    /**
     * Refuses what gives figures that say nothing.
     *
     * @param name of the data set
     * @throws VitrineException DATA_UNSUITABLE without a question, or with fewer than two items
     */
    static void require(String name, Questions questions) {
        if (questions.items() < 2) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    name + " has " + questions.items() + " items; an order needs two at least");
        }
        if (questions.size() == 0) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    name
                            + " has nothing to ask: there is no history with an answer held out,"
                            + " and figures over no questions would say nothing");
        }
    }
}
