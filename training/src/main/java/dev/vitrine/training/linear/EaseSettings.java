package dev.vitrine.training.linear;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * What EASE is fitted with. Plain EASE is {@code lambda} alone and the rest 0.
 *
 * @param lambda added to every diagonal entry of the Gram matrix
 * @param popularityLambda share of a diagonal entry that is added to it: the larger, the more
 *     popular items are held back (a dropout of p has p/(1-p))
 * @param personPower a person with n interactions weighs {@code n^-2*personPower} in the Gram
 *     matrix
 * @param itemPower inputs of an item with n interactions are scaled by {@code n^-itemPower}
 * @param outputPower scores of an item with n interactions are scaled by {@code n^outputPower}
 */
public record EaseSettings(
        float lambda,
        float popularityLambda,
        float personPower,
        float itemPower,
        float outputPower) {
    public EaseSettings {
        if (!(lambda > 0) || !(popularityLambda >= 0)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "lambda must be above 0 and popularityLambda not below 0, found "
                            + lambda
                            + " and "
                            + popularityLambda);
        }
        if (!Float.isFinite(personPower + itemPower + outputPower + lambda + popularityLambda)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID, "powers and lambdas must be finite");
        }
    }

    public static EaseSettings plain(float lambda) {
        return new EaseSettings(lambda, 0, 0, 0, 0);
    }
}
