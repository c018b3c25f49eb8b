package dev.vitrine.data;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can go wrong with catalogues, events and data sets. */
public enum DataError implements ErrorCode {
    ITEM_NOT_FOUND(Category.NOT_FOUND),
    PRODUCT_INVALID(Category.INVALID_ARGUMENT),
    EVENT_INVALID(Category.INVALID_ARGUMENT),
    FIELD_MISSING(Category.INVALID_ARGUMENT),
    FILE_NOT_FOUND(Category.NOT_FOUND),
    FILE_MALFORMED(Category.INVALID_ARGUMENT),
    MAPPING_INVALID(Category.INVALID_ARGUMENT),
    LOG_CORRUPT(Category.OUTSIDE),
    STORE_FORMAT(Category.CONFLICT),
    STORE_IN_USE(Category.CONFLICT),
    STORE_BUSY(Category.EXHAUSTED),
    STORE_FULL(Category.OUTSIDE),
    STORE_FAILED(Category.OUTSIDE),
    DATASET_INVALID(Category.INVALID_ARGUMENT),
    FEATURES_INVALID(Category.INVALID_ARGUMENT),
    SIMULATION_INVALID(Category.INVALID_ARGUMENT),
    SNAPSHOT_CORRUPT(Category.OUTSIDE);

    private final Category category;

    DataError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
