package dev.vitrine.kernel.error;

/** A stable name for one way to fail. Each module has one enum that implements this. */
public interface ErrorCode {
    /** The name that callers see, such as {@code ITEM_NOT_FOUND}. */
    String name();

    Category category();

    default Owner owner() {
        return category().owner();
    }
}
