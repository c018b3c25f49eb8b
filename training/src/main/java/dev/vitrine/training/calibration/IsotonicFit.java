package dev.vitrine.training.calibration;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.ranking.Isotonic;
import dev.vitrine.training.TrainingError;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Isotonic regression by pooling neighbours (Zadrozny and Elkan 2002). Rows with the same score are
 * one case, whatever their order.
 */
public final class IsotonicFit {
    /** Cases of each kind that a probability is drawn towards the middle by. */
    private static final double PRIOR = .5;

    private final double[] sum;
    private final double[] happened;
    private final double[] count;
    private int pools;

    private IsotonicFit(int rows) {
        sum = new double[rows];
        happened = new double[rows];
        count = new double[rows];
    }

    /**
     * @param scores finite
     * @param labels one per score: true when it happened
     * @throws VitrineException DATA_UNSUITABLE without rows of both kinds
     */
    public static Isotonic of(double[] scores, boolean[] labels) {
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
        IsotonicFit fit = new IsotonicFit(order.length);
        for (int from = 0; from < order.length; ) {
            int to = from;
            int found = 0;
            while (to < order.length && scores[order[to]] == scores[order[from]]) {
                found += labels[order[to++]] ? 1 : 0;
            }
            fit.add(scores[order[from]], found, to - from);
            from = to;
        }
        return fit.curve(positives / (double) labels.length);
    }

    /** Adds rows of a higher score, and joins pools while the share does not rise to the last. */
    private void add(double score, int positives, int rows) {
        sum[pools] = score * rows;
        happened[pools] = positives;
        count[pools++] = rows;
        while (pools > 1
                && happened[pools - 1] * count[pools - 2]
                        <= happened[pools - 2] * count[pools - 1]) {
            sum[pools - 2] += sum[pools - 1];
            happened[pools - 2] += happened[pools - 1];
            count[pools - 2] += count[pools - 1];
            pools--;
        }
    }

    private Isotonic curve(double rate) {
        double[] at = new double[pools];
        double[] probability = new double[pools];
        for (int pool = 0; pool < pools; pool++) {
            at[pool] = sum[pool] / count[pool];
            probability[pool] = (happened[pool] + PRIOR * rate) / (count[pool] + PRIOR);
        }
        // What was drawn towards the middle may fall by a little where pools are small.
        for (int pool = 1; pool < pools; pool++) {
            probability[pool] = Math.max(probability[pool], probability[pool - 1]);
        }
        return new Isotonic(at, probability);
    }
}
