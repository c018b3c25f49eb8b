package dev.vitrine.training.sequence;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.sequence.OpinionModel.Head;
import dev.vitrine.training.TrainingError;

/**
 * The shape of a model of opinions.
 *
 * @param head what is foretold
 * @param history what reads the history; a step has as many rows as its positions hold when all
 *     histories are the longest. Scale, smoothing and negatives do not matter here
 * @param leastSeen events and questions that an item must stand in to have a vector of its own;
 *     rarer ones share one, which stands for items that were never seen too
 * @param inner width of the dense layer before the last
 * @param forgotten share of the rows of a step whose history is not looked at, so that what an item
 *     has of its own is learned, too; from 0 to below 1
 * @param positiveWeight of a row that was liked beside one that was not; probabilities are
 *     corrected for it
 */
public record OpinionSettings(
        Head head,
        SequenceSettings history,
        int leastSeen,
        int inner,
        double forgotten,
        double positiveWeight) {
    public OpinionSettings {
        if (leastSeen < 1
                || inner < 1
                || !(forgotten >= 0 && forgotten < 1)
                || !(positiveWeight > 0 && positiveWeight < Double.POSITIVE_INFINITY)) {
            throw invalid(
                    "least seen "
                            + leastSeen
                            + ", inner width "
                            + inner
                            + ", forgotten "
                            + forgotten
                            + ", weight of positives "
                            + positiveWeight);
        }
        if (head == Head.LINEAR && positiveWeight != 1) {
            throw invalid("positives of weight " + positiveWeight + ": ratings have none");
        }
    }

    /** Rows of a step. */
    int rows() {
        return history.tokens() / history.longest();
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(
                TrainingError.SETTING_INVALID, "a model of opinions cannot be made with " + what);
    }
}
