package dev.vitrine.server.http;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong between a caller and a port. */
public enum HttpError implements ErrorCode {
    PATH_NOT_FOUND(Category.NOT_FOUND),
    METHOD_NOT_ALLOWED(Category.INVALID_ARGUMENT),
    CONTENT_TYPE_UNSUPPORTED(Category.INVALID_ARGUMENT),
    REQUEST_INVALID(Category.INVALID_ARGUMENT),
    JSON_INVALID(Category.INVALID_ARGUMENT),
    FIELD_UNKNOWN(Category.INVALID_ARGUMENT),
    BODY_TOO_LARGE(Category.TOO_LARGE),
    BODY_TOO_SLOW(Category.DEADLINE_EXCEEDED),
    NOT_FOUND(Category.NOT_FOUND),
    OVERLOADED(Category.UNAVAILABLE),
    PORT_IN_USE(Category.CONFLICT),
    ADDRESS_UNUSABLE(Category.INVALID_ARGUMENT),
    INTERNAL(Category.INTERNAL);

    private final Category category;

    HttpError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
