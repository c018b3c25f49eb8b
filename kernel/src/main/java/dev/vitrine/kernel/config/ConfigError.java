package dev.vitrine.kernel.config;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.ErrorCode;

/** What can be wrong with a configuration. */
public enum ConfigError implements ErrorCode {
    CONFIG_NOT_FOUND(Category.NOT_FOUND),
    CONFIG_UNKNOWN_KEY(Category.INVALID_ARGUMENT),
    CONFIG_INVALID(Category.INVALID_ARGUMENT);

    private final Category category;

    ConfigError(Category category) {
        this.category = category;
    }

    @Override
    public Category category() {
        return category;
    }
}
