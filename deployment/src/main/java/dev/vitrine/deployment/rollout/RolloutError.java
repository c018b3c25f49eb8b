package dev.vitrine.deployment.rollout;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong with a rollout, beside what its judge finds. */
public enum RolloutError implements ErrorCode {
    /** A plan that cannot be carried out, or a setting out of its bounds. */
    ROLLOUT_INVALID(Category.INVALID_ARGUMENT),
    /** Another rollout of the same serving config is in motion, or won the compare-and-set. */
    ROLLOUT_CONFLICT(Category.CONFLICT),
    /** There is nothing that the command could act on. */
    ROLLOUT_NOT_FOUND(Category.NOT_FOUND),
    /** The command does not fit the state that the rollout is in. */
    ROLLOUT_STATE(Category.CONFLICT),
    /** What was stored of a rollout cannot be read or was cut off. */
    ROLLOUT_CORRUPT(Category.OUTSIDE);

    private final Category category;

    RolloutError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
