package dev.vitrine.training.network;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * How a network is fitted.
 *
 * @param epochs at most
 * @param patience epochs without a better validation after which the fit ends
 * @param rate of learning, the highest
 * @param warmUp steps over which the rate rises to that
 * @param decay of weights
 * @param longest gradient, see {@link Parameters#step}
 * @param seed of all chances
 */
public record FitSettings(
        int epochs,
        int patience,
        double rate,
        int warmUp,
        double decay,
        double longest,
        long seed) {
    public static final FitSettings DEFAULT = new FitSettings(100, 10, 1e-3, 200, 0, 5, 1);

    public FitSettings {
        if (epochs < 1 || patience < 1 || !(rate > 0) || warmUp < 0 || !(longest > 0)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "epochs "
                            + epochs
                            + ", patience "
                            + patience
                            + ", rate "
                            + rate
                            + ", warm-up "
                            + warmUp
                            + " and longest gradient "
                            + longest
                            + " must be positive");
        }
    }

    /** The rate of a step: a rise, then a half cosine down to a hundredth at the last epoch. */
    double rate(long step, long stepsInAll) {
        if (step < warmUp) {
            return rate * (step + 1) / warmUp;
        }
        double done = Math.min(1, (step - warmUp) / (double) Math.max(1, stepsInAll - warmUp));
        return rate * (0.01 + 0.99 * 0.5 * (1 + StrictMath.cos(Math.PI * done)));
    }

    public FitSettings withSeed(long other) {
        return new FitSettings(epochs, patience, rate, warmUp, decay, longest, other);
    }

    public FitSettings withEpochs(int other) {
        return new FitSettings(other, patience, rate, warmUp, decay, longest, seed);
    }

    public FitSettings withRate(double other) {
        return new FitSettings(epochs, patience, other, warmUp, decay, longest, seed);
    }
}
