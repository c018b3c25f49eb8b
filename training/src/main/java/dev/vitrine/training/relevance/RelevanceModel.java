package dev.vitrine.training.relevance;

import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.NdcgLoss;
import dev.vitrine.training.trees.TreeRows;
import dev.vitrine.training.trees.TreeSettings;
import dev.vitrine.training.trees.TreeSettings.Objective;
import java.util.ArrayList;
import java.util.List;

/**
 * Foretells ratings: the mean of several fits of trees that differ by their chances alone, kept
 * within the scale of the ratings it was fitted to.
 */
public record RelevanceModel(List<TreeEnsemble> fits, double lowest, double highest) {
    public RelevanceModel {
        fits = List.copyOf(fits);
    }

    /** Chosen by cross-validation over terms within a training part; see docs/decisions. */
    public static TreeSettings settings(int threads) {
        return new TreeSettings(
                Objective.REGRESSION,
                700,
                700,
                .03,
                31,
                40,
                .2,
                .7,
                10,
                1,
                1,
                threads,
                NdcgLoss.DEFAULT);
    }

    /**
     * @param settings of the first fit; the next ones have the next seeds
     * @throws dev.vitrine.kernel.error.VitrineException DATA_UNSUITABLE for ratings that are all
     *     the same
     */
    public static RelevanceModel fit(
            TreeSettings settings, int fits, TreeRows rows, Progress progress) {
        List<TreeEnsemble> all = new ArrayList<>();
        for (int fit = 0; fit < fits; fit++) {
            all.add(
                    BoostedTrees.fit(settings.withSeed(settings.seed() + fit), rows, progress)
                            .ensemble());
        }
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (float label : rows.labels()) {
            lowest = Math.min(lowest, label);
            highest = Math.max(highest, label);
        }
        return new RelevanceModel(all, lowest, highest);
    }

    /** The rating foretold for each row. */
    public double[] predict(TreeRows rows) {
        double[] ratings = new double[rows.rows()];
        for (int row = 0; row < ratings.length; row++) {
            double sum = 0;
            for (TreeEnsemble fit : fits) {
                sum += fit.score(rows.features(), row);
            }
            ratings[row] = Math.clamp(sum / fits.size(), lowest, highest);
        }
        return ratings;
    }
}
