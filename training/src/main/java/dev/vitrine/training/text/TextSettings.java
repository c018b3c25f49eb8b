package dev.vitrine.training.text;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.text.TextFeatures;
import dev.vitrine.training.TrainingError;

/**
 * The shape of a pooled encoder and its loss.
 *
 * @param features what texts are made of
 * @param width of the vectors
 * @param inner width of the dense layer
 * @param drop share of a text's features that training leaves out
 * @param scale of the cosine between two texts in the loss
 * @param pairs in a step; each text is held against all others of the step
 */
public record TextSettings(
        TextFeatures features, int width, int inner, double drop, double scale, int pairs) {
    public static final TextSettings DEFAULT =
            new TextSettings(new TextFeatures(1 << 15, 256), 96, 192, .15, 20, 256);

    public TextSettings {
        if (width < 1 || inner < 1) {
            throw invalid("width " + width + ", inner width " + inner);
        }
        if (!(drop >= 0 && drop < 1)) {
            throw invalid("dropped share " + drop);
        }
        new Contrast(scale, pairs);
    }

    Contrast contrast() {
        return new Contrast(scale, pairs);
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(
                TrainingError.SETTING_INVALID, "a text encoder cannot be made with " + what);
    }
}
