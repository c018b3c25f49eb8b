package dev.vitrine.training.trees;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.Locale;

/**
 * How trees are boosted.
 *
 * @param objective what they are fitted to
 * @param trees at most
 * @param patience trees without a better validation after which the fit ends
 * @param rate of learning
 * @param leaves of a tree, at most
 * @param leastRows in a leaf
 * @param featureShare of the features that a tree may look at
 * @param rowShare of the rows that a tree is fitted to
 * @param ridge on the values of leaves
 * @param positiveWeight of a row with label 1 beside one with 0, for {@link Objective#BINARY}
 * @param seed of all chances
 * @param threads at work
 * @param order what counts of it, for {@link Objective#RANKING}
 */
public record TreeSettings(
        Objective objective,
        int trees,
        int patience,
        double rate,
        int leaves,
        int leastRows,
        double featureShare,
        double rowShare,
        double ridge,
        double positiveWeight,
        long seed,
        int threads,
        NdcgLoss order) {
    /** What trees are fitted to. */
    public enum Objective {
        /** Labels 0 and 1; scores are log odds. */
        BINARY("binary", "binary_logloss"),
        /** Numbers, by squared error. */
        REGRESSION("regression", "l2"),
        /**
         * The order within groups of rows, by LambdaMART (Burges 2010); labels are whole numbers
         * from 0, see {@link NdcgLoss}.
         */
        RANKING("lambdarank", "ndcg");

        private final String name;
        private final String metric;

        Objective(String name, String metric) {
            this.name = name;
            this.metric = metric;
        }
    }

    public static TreeSettings of(Objective objective) {
        return new TreeSettings(
                objective, 500, 50, .05, 31, 20, .8, .8, 1, 1, 1, 1, NdcgLoss.DEFAULT);
    }

    public TreeSettings {
        if (trees < 1 || patience < 1 || leaves < 2 || leastRows < 1 || threads < 1) {
            throw invalid(
                    "trees "
                            + trees
                            + ", patience "
                            + patience
                            + ", leaves "
                            + leaves
                            + ", least rows "
                            + leastRows
                            + ", threads "
                            + threads);
        }
        if (!(rate > 0 && rate <= 1)
                || !(featureShare > 0 && featureShare <= 1)
                || !(rowShare > 0 && rowShare <= 1)
                || !(ridge >= 0)
                || !(positiveWeight > 0)) {
            throw invalid(
                    "rate "
                            + rate
                            + ", shares "
                            + featureShare
                            + " and "
                            + rowShare
                            + ", ridge "
                            + ridge
                            + ", weight of positives "
                            + positiveWeight);
        }
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(
                TrainingError.SETTING_INVALID, "trees cannot be made with " + what);
    }

    /** As LightGBM takes them. */
    String parameters() {
        StringBuilder all = new StringBuilder();
        add(all, "objective", objective.name);
        add(all, "metric", objective.metric);
        if (objective == Objective.RANKING) {
            add(all, "eval_at", order.depth());
            add(all, "lambdarank_truncation_level", order.truncation());
            add(all, "label_gain", order.listed());
        }
        add(all, "learning_rate", rate);
        add(all, "num_leaves", leaves);
        add(all, "min_data_in_leaf", leastRows);
        add(all, "feature_fraction", featureShare);
        add(all, "bagging_fraction", rowShare);
        add(all, "bagging_freq", rowShare < 1 ? 1 : 0);
        add(all, "lambda_l2", ridge);
        if (objective == Objective.BINARY) {
            add(all, "scale_pos_weight", positiveWeight);
        }
        add(all, "seed", seed % Integer.MAX_VALUE);
        add(all, "num_threads", threads);
        add(all, "deterministic", "true");
        add(all, "force_row_wise", "true");
        add(all, "verbosity", -1);
        return all.toString();
    }

    private static void add(StringBuilder all, String name, Object value) {
        all.append(String.format(Locale.ROOT, "%s=%s ", name, value));
    }

    public TreeSettings withSeed(long other) {
        return new TreeSettings(
                objective,
                trees,
                patience,
                rate,
                leaves,
                leastRows,
                featureShare,
                rowShare,
                ridge,
                positiveWeight,
                other,
                threads,
                order);
    }

    public TreeSettings withTrees(int other) {
        return new TreeSettings(
                objective,
                other,
                patience,
                rate,
                leaves,
                leastRows,
                featureShare,
                rowShare,
                ridge,
                positiveWeight,
                seed,
                threads,
                order);
    }

    public TreeSettings withOrder(NdcgLoss other) {
        return new TreeSettings(
                objective,
                trees,
                patience,
                rate,
                leaves,
                leastRows,
                featureShare,
                rowShare,
                ridge,
                positiveWeight,
                seed,
                threads,
                other);
    }
}
