package dev.vitrine.retrieval;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong with finding and scoring candidates. */
public enum RetrievalError implements ErrorCode {
    FILTER_SYNTAX(Category.INVALID_ARGUMENT),
    SEARCH_INVALID(Category.INVALID_ARGUMENT),
    PAGE_TOKEN_INVALID(Category.INVALID_ARGUMENT),
    INDEX_MALFORMED(Category.OUTSIDE),
    INDEX_FAILED(Category.OUTSIDE),
    INDEX_CLOSED(Category.UNAVAILABLE);

    private final Category category;

    RetrievalError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
