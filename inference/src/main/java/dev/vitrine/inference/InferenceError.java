package dev.vitrine.inference;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong when something is to answer. */
public enum InferenceError implements ErrorCode {
    /** The slot has nothing in it yet, or was closed. */
    NOTHING_LIVE(Category.UNAVAILABLE);

    private final Category category;

    InferenceError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
