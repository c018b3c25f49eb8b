package dev.vitrine.applications;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong with a shop's question. */
public enum ApplicationError implements ErrorCode {
    SERVING_CONFIG_NOT_FOUND(Category.NOT_FOUND),
    REQUEST_INVALID(Category.INVALID_ARGUMENT),
    PAGE_TOKEN_INVALID(Category.INVALID_ARGUMENT),
    ATTRIBUTION_TOKEN_INVALID(Category.INVALID_ARGUMENT),
    NO_RELEASE(Category.UNAVAILABLE);

    private final Category category;

    ApplicationError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
