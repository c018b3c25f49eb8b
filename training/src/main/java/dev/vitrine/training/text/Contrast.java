package dev.vitrine.training.text;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * How texts are held against each other.
 *
 * @param scale of the cosine between two texts in the loss
 * @param pairs in a step; each text is held against all others of the step
 */
public record Contrast(double scale, int pairs) {
    public Contrast {
        if (!(scale > 0) || pairs < 2) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "texts cannot be held against each other with scale "
                            + scale
                            + " and "
                            + pairs
                            + " pairs in a step");
        }
    }
}
