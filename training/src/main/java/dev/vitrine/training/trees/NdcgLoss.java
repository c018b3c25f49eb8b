package dev.vitrine.training.trees;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * What counts of an order, for {@link TreeSettings.Objective#RANKING}.
 *
 * @param truncation two rows of a group are told apart only where one of them stands among so many
 *     first ones; a little more than what is shown
 * @param depth of the NDCG that validates
 * @param gains what a row brings by its label, from label 0 on
 */
public record NdcgLoss(int truncation, int depth, List<Double> gains) {
    private static final int GRADES = 31;

    /** The first ten of a list, each grade worth twice the one below it. */
    public static final NdcgLoss DEFAULT = new NdcgLoss(20, 10, doubling(GRADES));

    public NdcgLoss {
        gains = List.copyOf(gains);
        if (truncation < 1 || depth < 1 || gains.size() < 2) {
            throw invalid(
                    "truncation " + truncation + ", depth " + depth + " and the gains " + gains);
        }
        for (double gain : gains) {
            if (!(gain >= 0) || Double.isInfinite(gain)) {
                throw invalid("a gain of " + gain);
            }
        }
    }

    /** {@code 2^label - 1} for so many labels. */
    public static List<Double> doubling(int labels) {
        List<Double> gains = new ArrayList<>();
        for (int label = 0; label < labels; label++) {
            gains.add(Math.pow(2, label) - 1);
        }
        return gains;
    }

    /** The gains as LightGBM takes them. */
    String listed() {
        StringJoiner listed = new StringJoiner(",");
        gains.forEach(gain -> listed.add(gain.toString()));
        return listed.toString();
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(
                TrainingError.SETTING_INVALID, "an order cannot be learned with " + what);
    }
}
