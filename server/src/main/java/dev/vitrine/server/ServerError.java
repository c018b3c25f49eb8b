package dev.vitrine.server;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong with a running Vitrine and its home directory. */
public enum ServerError implements ErrorCode {
    USAGE(Category.INVALID_ARGUMENT),
    HOME_IN_USE(Category.CONFLICT),
    HOME_FORMAT(Category.CONFLICT),
    HOME_FAILED(Category.OUTSIDE),
    PORT_IN_USE(Category.CONFLICT),
    ADDRESS_NOT_ALLOWED(Category.INVALID_ARGUMENT),
    IMPORT_STOPPED(Category.UNAVAILABLE),
    TRAINING_FAILED(Category.INTERNAL),
    NOT_RUNNING(Category.UNAVAILABLE),
    MODEL_NOT_FOUND(Category.NOT_FOUND),
    BACKUP_FAILED(Category.OUTSIDE),

    PATH_NOT_FOUND(Category.NOT_FOUND),
    METHOD_NOT_ALLOWED(Category.INVALID_ARGUMENT),
    CONTENT_TYPE_UNSUPPORTED(Category.INVALID_ARGUMENT),
    REQUEST_INVALID(Category.INVALID_ARGUMENT),
    JSON_INVALID(Category.INVALID_ARGUMENT),
    FIELD_UNKNOWN(Category.INVALID_ARGUMENT),
    BODY_TOO_LARGE(Category.TOO_LARGE),
    BODY_TOO_SLOW(Category.DEADLINE_EXCEEDED),
    USER_NOT_FOUND(Category.NOT_FOUND),
    RELEASE_NOT_FOUND(Category.NOT_FOUND),
    RELEASE_CONFLICT(Category.CONFLICT),
    /** A release was made of a catalogue that numbers products otherwise than this node's. */
    CATALOGUE_DIFFERS(Category.CONFLICT),
    ROLLOUT_NOT_FOUND(Category.NOT_FOUND),
    EVALUATION_NOT_FOUND(Category.NOT_FOUND),
    JOB_NOT_FOUND(Category.NOT_FOUND),
    DATASET_NOT_FOUND(Category.NOT_FOUND),
    OVERLOADED(Category.UNAVAILABLE),
    /** The call was answered, and could not be recorded. */
    AUDIT_UNAVAILABLE(Category.UNAVAILABLE),
    INTERNAL(Category.INTERNAL),

    KEY_MISSING(Category.UNAUTHENTICATED),
    KEY_UNKNOWN(Category.UNAUTHENTICATED),
    ROLE_INSUFFICIENT(Category.FORBIDDEN),
    ORIGIN_FORBIDDEN(Category.FORBIDDEN),
    HOST_FORBIDDEN(Category.FORBIDDEN),
    RATE_EXCEEDED(Category.EXHAUSTED),
    ACCESS_INVALID(Category.INVALID_ARGUMENT),
    CERTIFICATE_UNREADABLE(Category.INVALID_ARGUMENT);

    private final Category category;

    ServerError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
