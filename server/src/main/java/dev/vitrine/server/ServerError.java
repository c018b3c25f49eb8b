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
    TRAINING_FAILED(Category.INTERNAL),
    NOT_RUNNING(Category.UNAVAILABLE),
    BENCHMARK_NOT_FOUND(Category.NOT_FOUND),
    MODEL_NOT_FOUND(Category.NOT_FOUND),
    BACKUP_FAILED(Category.OUTSIDE);

    private final Category category;

    ServerError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
