package dev.vitrine.training.factorization;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * What implicit ALS is fitted with.
 *
 * @param dimensions d, the width of the factors, 1 to 1,024
 * @param sweeps how often both sides are solved, at least 1
 * @param unobserved alpha0, the weight of every cell beside 1 for a seen one
 * @param regularization lambda
 * @param exponent nu, how strongly regularisation grows with the length of a row; 1 is the classic
 *     frequency-scaled form, 0 the same for all
 * @param initialDeviation standard deviation of the first item factors times the root of d
 * @param seed of the first item factors
 */
public record FactorSettings(
        int dimensions,
        int sweeps,
        double unobserved,
        double regularization,
        double exponent,
        double initialDeviation,
        long seed) {
    /** What serves by default: 64 dimensions; the rest as chosen in decision 007. */
    public static final FactorSettings DEFAULT =
            new FactorSettings(64, 16, 0.1, 0.005, 1.0, 0.1, 42);

    public FactorSettings {
        if (dimensions < 1 || dimensions > 1024) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "dimensions must be 1 to 1024, found " + dimensions);
        }
        if (sweeps < 1) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID, "sweeps must be at least 1, found " + sweeps);
        }
        if (!(unobserved > 0) || !(regularization > 0) || !(initialDeviation > 0)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    String.format(
                            "unobserved weight, regularization and initial deviation must be"
                                    + " positive, found %s, %s, %s",
                            unobserved, regularization, initialDeviation));
        }
        if (!(exponent >= 0 && exponent <= 1)) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID,
                    "the exponent must be between 0 and 1, found " + exponent);
        }
    }

    public FactorSettings withDimensions(int value) {
        return new FactorSettings(
                value, sweeps, unobserved, regularization, exponent, initialDeviation, seed);
    }

    public FactorSettings withSweeps(int value) {
        return new FactorSettings(
                dimensions, value, unobserved, regularization, exponent, initialDeviation, seed);
    }

    public FactorSettings withUnobserved(double value) {
        return new FactorSettings(
                dimensions, sweeps, value, regularization, exponent, initialDeviation, seed);
    }

    public FactorSettings withRegularization(double value) {
        return new FactorSettings(
                dimensions, sweeps, unobserved, value, exponent, initialDeviation, seed);
    }

    public FactorSettings withExponent(double value) {
        return new FactorSettings(
                dimensions, sweeps, unobserved, regularization, value, initialDeviation, seed);
    }

    public FactorSettings withSeed(long value) {
        return new FactorSettings(
                dimensions, sweeps, unobserved, regularization, exponent, initialDeviation, value);
    }
}
