package dev.vitrine.deployment;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong with deciding what runs where. */
public enum DeploymentError implements ErrorCode {
    /** An experiment that cannot be carried out, or a setting out of its bounds. */
    EXPERIMENT_INVALID(Category.INVALID_ARGUMENT),
    /** A change that would move visitors who are in an experiment already. */
    EXPERIMENT_CONFLICT(Category.CONFLICT),
    EXPERIMENT_NOT_FOUND(Category.NOT_FOUND),
    /** What was counted cannot be: other arms than the experiment has, or numbers that are none. */
    MEASUREMENT_INVALID(Category.INVALID_ARGUMENT);

    private final Category category;

    DeploymentError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
