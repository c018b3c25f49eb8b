package dev.vitrine.training;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong when models are fitted and judged. */
public enum TrainingError implements ErrorCode {
    /** A data set, model or recipe of that name does not exist. */
    UNKNOWN_NAME(Category.NOT_FOUND),
    /** A setting of a model or an evaluation is out of its range. */
    SETTING_INVALID(Category.INVALID_ARGUMENT),
    /** The interactions cannot train this model: empty, or too few. */
    DATA_UNSUITABLE(Category.INVALID_ARGUMENT),
    /** The fit would need more memory than the machine or the budget has. */
    MEMORY_INSUFFICIENT(Category.EXHAUSTED),
    /** A numeric routine gave up, for example on a matrix that is not positive definite. */
    FIT_FAILED(Category.INTERNAL),
    /** Another process has the folder that a fit is written down in. */
    FIT_RUNNING(Category.CONFLICT),
    /** The engine that fits neural models cannot start on this machine. */
    ENGINE_MISSING(Category.UNAVAILABLE);

    private final Category category;

    TrainingError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
