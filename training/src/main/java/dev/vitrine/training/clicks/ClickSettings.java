package dev.vitrine.training.clicks;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * The shape of a click model and how its rows are drawn.
 *
 * @param width of the vector of a code
 * @param leastSeen rows that a code must occur in to have a vector of its own; rarer ones of a
 *     category share one, which stands for codes that were never seen too
 * @param pieces at most that a number is cut into at its quantiles, besides its standardised value
 * @param crosses cross layers
 * @param rank of their weights, at most
 * @param inner width of the two dense layers; 0 for none, so that without cross layers too a
 *     logistic regression is left
 * @param dropout of the dense layers
 * @param rows of a step
 * @param negativeShare of the negative rows that an epoch is fitted to, drawn anew for each;
 *     probabilities are corrected for it
 * @param positiveWeight of a positive row beside a negative one; probabilities are corrected for it
 */
public record ClickSettings(
        int width,
        int leastSeen,
        int pieces,
        int crosses,
        int rank,
        int inner,
        double dropout,
        int rows,
        double negativeShare,
        double positiveWeight) {
    public ClickSettings {
        if (width < 1
                || leastSeen < 1
                || pieces < 0
                || crosses < 0
                || rank < 1
                || inner < 0
                || rows < 1) {
            throw invalid(
                    "width "
                            + width
                            + ", least seen "
                            + leastSeen
                            + ", pieces "
                            + pieces
                            + ", cross layers "
                            + crosses
                            + ", rank "
                            + rank
                            + ", inner width "
                            + inner
                            + ", rows "
                            + rows);
        }
        if (!(dropout >= 0 && dropout < 1)
                || !(negativeShare > 0 && negativeShare <= 1)
                || !(positiveWeight > 0 && positiveWeight < Double.POSITIVE_INFINITY)) {
            throw invalid(
                    "dropout "
                            + dropout
                            + ", share of negatives "
                            + negativeShare
                            + ", weight of positives "
                            + positiveWeight);
        }
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(
                TrainingError.SETTING_INVALID, "a click model cannot be made with " + what);
    }

    /**
     * What is added to a score so that it stands for the rate at which things happen and not for
     * that among the rows as they are drawn and weighted.
     */
    double correction() {
        return Math.log(negativeShare / positiveWeight);
    }

    public ClickSettings withBalance(double share, double weight) {
        return new ClickSettings(
                width, leastSeen, pieces, crosses, rank, inner, dropout, rows, share, weight);
    }
}
