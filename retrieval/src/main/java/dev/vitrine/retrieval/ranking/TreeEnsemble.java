package dev.vitrine.retrieval.ranking;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.util.List;

/**
 * The sum of trees over a row of features. Immutable and safe for concurrent callers.
 *
 * @param features width of a row
 */
public record TreeEnsemble(int features, List<RegressionTree> trees) {
    public TreeEnsemble {
        trees = List.copyOf(trees);
        for (RegressionTree tree : trees) {
            for (int feature : tree.feature()) {
                if (feature >= features) {
                    throw new VitrineException(
                            RetrievalError.MODEL_INVALID,
                            "a tree looks at feature " + feature + ", rows have " + features);
                }
            }
        }
    }

    /**
     * @param rows {@code features} floats each, NaN where one is missing
     * @param row which of them
     */
    public double score(float[] rows, int row) {
        double sum = 0;
        for (RegressionTree tree : trees) {
            sum += tree.score(rows, row * features);
        }
        return sum;
    }

    /** What a row scores on average over those that the trees were fitted on. */
    public double mean() {
        double sum = 0;
        for (RegressionTree tree : trees) {
            sum += tree.mean();
        }
        return sum;
    }

    /**
     * How much each feature moved a row's score away from {@link #mean}: exact Shapley values of
     * the trees (Lundberg et al. 2020, path-dependent). They add up to the score less the mean.
     *
     * @return one number for each feature
     */
    public double[] contributions(float[] rows, int row) {
        double[] contributions = new double[features];
        for (RegressionTree tree : trees) {
            new TreeShapley(tree, rows, row * features, contributions).add();
        }
        return contributions;
    }
}
