package dev.vitrine.training.evaluation;

/**
 * One model on one data set.
 *
 * @param settings the hyper-parameters in words
 * @param fitSeconds wall-clock time of the fit
 * @param peakMemoryMiB highest resident memory of the process while fitting and ranking, heap
 *     included; since the start of the process where the system does not let us reset it
 */
public record Outcome(
        String dataset,
        String model,
        String settings,
        double fitSeconds,
        long peakMemoryMiB,
        Report report) {}
