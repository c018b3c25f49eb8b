package dev.vitrine.retrieval.ranking;

import java.util.Arrays;

/**
 * Turns scores into probabilities that never fall as the score rises, with straight lines between
 * the points that were fitted, so that scores that differ keep their order.
 *
 * @param scores rising
 * @param probabilities one for each, 0 to 1, not falling
 */
public record Isotonic(double[] scores, double[] probabilities) {
    public Isotonic {
        if (scores.length == 0 || scores.length != probabilities.length) {
            throw new IllegalArgumentException(
                    scores.length + " scores, " + probabilities.length + " probabilities");
        }
    }

    public double probability(double score) {
        int at = Arrays.binarySearch(scores, score);
        if (at >= 0) {
            return probabilities[at];
        }
        int above = -at - 1;
        if (above == 0) {
            return probabilities[0];
        }
        if (above == scores.length) {
            return probabilities[scores.length - 1];
        }
        double share = (score - scores[above - 1]) / (scores[above] - scores[above - 1]);
        return probabilities[above - 1] + share * (probabilities[above] - probabilities[above - 1]);
    }
}
