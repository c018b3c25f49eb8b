package dev.vitrine.training.sparse;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * What a sparse linear model is fitted with.
 *
 * @param candidates how many items may take part in predicting one, 1 to 2,000; work grows with its
 *     cube, memory of a thread with its square
 * @param gramRow how many entries of a row of the Gram matrix are kept, at least {@code
 *     candidates}; 8 bytes each
 * @param regularization lambda, added to the diagonal; positive
 * @param personPower a person with n items counts {@code n^-personPower}, 0 to 1
 * @param kept how many items with the largest weights remain to predict one, at least 1
 */
public record SparseSettings(
        int candidates, int gramRow, double regularization, double personPower, int kept) {
    /** What serves by default; chosen in decision 007. */
    public static final SparseSettings DEFAULT = new SparseSettings(200, 500, 30, 0, 100);

    public SparseSettings {
        if (candidates < 1 || candidates > 2000 || gramRow < candidates || kept < 1) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    String.format(
                            "expected 1 to 2000 candidates, at least as many entries of a row and 1"
                                    + " kept, found %d, %d and %d",
                            candidates, gramRow, kept));
        }
        if (!(regularization > 0) || !(personPower >= 0 && personPower <= 1)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    String.format(
                            "regularization must be positive and the person power 0 to 1, found %s"
                                    + " and %s",
                            regularization, personPower));
        }
    }

    public SparseSettings withRegularization(double value) {
        return new SparseSettings(candidates, gramRow, value, personPower, kept);
    }
}
