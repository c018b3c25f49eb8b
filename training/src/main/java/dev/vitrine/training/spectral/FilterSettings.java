package dev.vitrine.training.spectral;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * What a graph filter is made of; see {@link GraphFilter}.
 *
 * @param components eigenvectors kept by the low-pass term; 0 for none
 * @param lowPassWeight weight of the low-pass term beside the one-step blur
 * @param sharpenTime how long the sum is sharpened; 0 for not at all
 * @param personPower a person's row is divided by their number of items to this power
 * @param itemPower an item's column is divided by its number of people to this power
 */
public record FilterSettings(
        int components,
        float lowPassWeight,
        float sharpenTime,
        float personPower,
        float itemPower) {
    private static final int MOST_COMPONENTS = 4096;

    public FilterSettings {
        if (components < 0 || components > MOST_COMPONENTS) {
            throw invalid("components must be 0 to " + MOST_COMPONENTS + ", found " + components);
        }
        if (!(sharpenTime >= 0 && sharpenTime <= 10)) {
            throw invalid("sharpenTime must be 0 to 10, found " + sharpenTime);
        }
        if (!Float.isFinite(lowPassWeight + personPower + itemPower)) {
            throw invalid("weights and powers must be finite");
        }
    }

    /** One linear step {@code R (Rn' Rn)} with symmetric normalisation: blur and nothing else. */
    public static FilterSettings linearStep() {
        return new FilterSettings(0, 0f, 0f, .5f, .5f);
    }

    private static VitrineException invalid(String message) {
        return new VitrineException(TrainingError.SETTING_INVALID, message);
    }
}
