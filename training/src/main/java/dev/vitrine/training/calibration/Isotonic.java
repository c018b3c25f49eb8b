package dev.vitrine.training.calibration;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Turns scores into probabilities that never fall as the score rises (isotonic regression by
 * pooling neighbours, Zadrozny and Elkan 2002), with straight lines between the pools, so that
 * scores that differ keep their order.
 *
 * @param scores rising
 * @param probabilities one for each, not falling
 */
public record Isotonic(double[] scores, double[] probabilities) {
    /** Cases of each kind that a probability is drawn towards the middle by. */
    private static final double PRIOR = .5;

    public Isotonic {
        if (scores.length == 0 || scores.length != probabilities.length) {
            throw new IllegalArgumentException(
                    scores.length + " scores, " + probabilities.length + " probabilities");
        }
    }

    /**
     * @param scores finite
     * @param labels one per score: true when it happened
     * @throws VitrineException DATA_UNSUITABLE without rows of both kinds
     */
    public static Isotonic fit(double[] scores, boolean[] labels) {
        int positives = 0;
        for (boolean label : labels) {
            positives += label ? 1 : 0;
        }
        if (positives == 0 || positives == labels.length || scores.length != labels.length) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE,
                    "a calibration needs rows of both kinds, found "
                            + positives
                            + " positive of "
                            + labels.length);
        }
        Integer[] order = new Integer[scores.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> scores[i]));
        double[] sum = new double[order.length];
        double[] happened = new double[order.length];
        double[] count = new double[order.length];
        int pools = 0;
        for (Integer row : order) {
            sum[pools] = scores[row];
            happened[pools] = labels[row] ? 1 : 0;
            count[pools++] = 1;
            while (pools > 1
                    && happened[pools - 1] * count[pools - 2]
                            <= happened[pools - 2] * count[pools - 1]) {
                sum[pools - 2] += sum[pools - 1];
                happened[pools - 2] += happened[pools - 1];
                count[pools - 2] += count[pools - 1];
                pools--;
            }
        }
        double[] at = new double[pools];
        double[] probability = new double[pools];
        for (int pool = 0; pool < pools; pool++) {
            at[pool] = sum[pool] / count[pool];
            double prior = PRIOR * positives / labels.length;
            probability[pool] = (happened[pool] + prior) / (count[pool] + PRIOR);
        }
        // What was drawn towards the middle may fall by a little where pools are small.
        for (int pool = 1; pool < pools; pool++) {
            probability[pool] = Math.max(probability[pool], probability[pool - 1]);
        }
        return new Isotonic(at, probability);
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
