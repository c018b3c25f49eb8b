package dev.vitrine.server.access;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** Why a call or a start was refused. */
public enum AccessError implements ErrorCode {
    KEY_MISSING(Category.UNAUTHENTICATED),
    KEY_UNKNOWN(Category.UNAUTHENTICATED),
    ROLE_INSUFFICIENT(Category.FORBIDDEN),
    ORIGIN_FORBIDDEN(Category.FORBIDDEN),
    HOST_FORBIDDEN(Category.FORBIDDEN),
    RATE_EXCEEDED(Category.EXHAUSTED),
    ACCESS_UNSAFE(Category.INVALID_ARGUMENT),
    ACCESS_INVALID(Category.INVALID_ARGUMENT),
    CERTIFICATE_UNREADABLE(Category.INVALID_ARGUMENT);

    private final Category category;

    AccessError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
