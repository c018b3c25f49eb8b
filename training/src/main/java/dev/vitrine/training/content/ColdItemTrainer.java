package dev.vitrine.training.content;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.table.ColdItems;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.factorization.SymmetricEigen;

/**
 * Fits the linear map from content vectors to item factors by weighted ridge regression. An item
 * that many people touched has a factor that is known well and counts more: weight {@code n / (n +
 * 10)}. The intercept is not shrunk. Items are offered one by one; memory is a square of the
 * content width.
 */
public final class ColdItemTrainer {
    private static final double TRUST = 10;

    private final FactorModel model;
    private final int content;
    private final double ridge;
    private final double[][] gram;
    private final double[][] right;
    private int items;

    /**
     * @param content width of the content vectors
     * @param ridge shrinkage of the map, positive; about 1 suits unit vectors
     */
    public ColdItemTrainer(FactorModel model, int content, double ridge) {
        if (!(ridge > 0)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID, "the ridge must be positive, found " + ridge);
        }
        this.model = model;
        this.content = content;
        this.ridge = ridge;
        this.gram = new double[content + 1][content + 1];
        this.right = new double[content + 1][model.dimensions()];
    }

    /**
     * Offers an item that has both.
     *
     * @param vector its content vector
     * @param touched by how many people in training; an item with none is passed over
     */
    public void add(int item, float[] vector, int touched) {
        if (touched == 0 || item >= model.items()) {
            return;
        }
        items++;
        double weight = touched / (touched + TRUST);
        float[] factor = model.factor(item);
        for (int i = 0; i <= content; i++) {
            double left = weight * (i < content ? vector[i] : 1);
            for (int j = 0; j <= i; j++) {
                gram[i][j] += left * (j < content ? vector[j] : 1);
            }
            for (int k = 0; k < factor.length; k++) {
                right[i][k] += left * factor[k];
            }
        }
    }

    /**
     * Fits the map.
     *
     * @throws VitrineException DATA_UNSUITABLE when no item was offered
     */
    public ColdItems fit() {
        if (items == 0) {
            throw new VitrineException(
                    TrainingError.DATA_UNSUITABLE, "no item has both content and behaviour");
        }
        int n = content + 1;
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) {
            System.arraycopy(gram[i], 0, matrix[i], 0, i + 1);
            matrix[i][i] += i < content ? ridge : 1e-9;
        }
        SymmetricEigen eigen = new SymmetricEigen(matrix);
        double[][] q = eigen.vectors();
        double[] values = eigen.values();
        int d = model.dimensions();
        double[][] turned = new double[n][d];
        for (int e = 0; e < n; e++) {
            for (int i = 0; i < n; i++) {
                for (int k = 0; k < d; k++) {
                    turned[e][k] += q[i][e] * right[i][k] / values[e];
                }
            }
        }
        float[] map = new float[n * d];
        for (int i = 0; i < n; i++) {
            for (int k = 0; k < d; k++) {
                double sum = 0;
                for (int e = 0; e < n; e++) {
                    sum += q[i][e] * turned[e][k];
                }
                map[i * d + k] = (float) sum;
            }
        }
        return new ColdItems(content, d, map);
    }
}
