package dev.vitrine.training.evaluation;

import dev.vitrine.data.dataset.InteractionMatrix;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.linear.FitBudget;

/**
 * A named way to make a model for a top-n data set.
 *
 * @param name as reports show it, such as {@code graph-filter}
 * @param settings the hyper-parameters in words
 */
public record Recipe(String name, String settings, Fitter fitter) {
    /** Fits on all of the given rows. */
    @FunctionalInterface
    public interface Fitter {
        FittedModel fit(InteractionMatrix train, FitBudget budget, Progress progress);
    }
}
