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
    INDEX_CLOSED(Category.UNAVAILABLE),
    /** A model file is not what was written. */
    MODEL_DAMAGED(Category.OUTSIDE),
    /** A model file holds another kind of model, or another version of the format. */
    MODEL_FORMAT(Category.CONFLICT),
    /** Parts of a model do not fit together. */
    MODEL_INVALID(Category.INVALID_ARGUMENT),
    /** A vector or query has the wrong width or is not finite. */
    VECTOR_INVALID(Category.INVALID_ARGUMENT),
    /** What a model is asked names an item or an event that it cannot know. */
    QUESTION_INVALID(Category.INVALID_ARGUMENT),
    STORE_FAILED(Category.OUTSIDE),
    /** The native library that parts texts into tokens cannot be loaded on this machine. */
    TOKENIZER_MISSING(Category.UNAVAILABLE);

    private final Category category;

    RetrievalError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
