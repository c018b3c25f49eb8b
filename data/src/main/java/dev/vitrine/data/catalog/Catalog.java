package dev.vitrine.data.catalog;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** The durable store of all products. */
public final class Catalog implements AutoCloseable {
    private Catalog() {}

    /** Opens for writing, making the directory when it is missing. */
    public static Catalog open(Path directory) {
        throw new UnsupportedOperationException();
    }

    /** Opens for reading, beside a process that writes. */
    public static Catalog openReadOnly(Path directory) {
        throw new UnsupportedOperationException();
    }

    /**
     * Adds or replaces products in one transaction, durable on return. A later product of the list
     * wins over an earlier one of the same id.
     *
     * @return what changed, in order of sequence; a product equal to what is stored is left out
     */
    public List<ProductChange> upsert(List<Product> products) {
        throw new UnsupportedOperationException();
    }

    /** Changes one product; nobody else's change comes between reading and writing it. */
    public Optional<ProductChange> update(String id, UnaryOperator<Product> change) {
        throw new UnsupportedOperationException();
    }

    /** Deletes a product; its number stays taken. Empty when it is unknown or already deleted. */
    public Optional<ProductChange> delete(String id) {
        throw new UnsupportedOperationException();
    }

    /** Numbers of ids in the order given; unknown ones become {@link Product#ofId}, durable. */
    public int[] ensure(List<String> ids) {
        throw new UnsupportedOperationException();
    }

    /** The live product of an id. */
    public Optional<Product> get(String id) {
        throw new UnsupportedOperationException();
    }

    /** The live product of a number. */
    public Optional<Product> get(int number) {
        throw new UnsupportedOperationException();
    }

    /** The live products among the numbers, in their order; others are left out. */
    public List<Product> get(int[] numbers) {
        throw new UnsupportedOperationException();
    }

    /** The number of an id, also of a deleted one; -1 when it was never seen. In memory. */
    public int numberOf(String id) {
        throw new UnsupportedOperationException();
    }

    /** The id of a number in [0, {@link #numbers}). In memory. */
    public String idOf(int number) {
        throw new UnsupportedOperationException();
    }

    /** One more than the highest number given. */
    public int numbers() {
        throw new UnsupportedOperationException();
    }

    /** Live products. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    /** Gives every live product, in order of number. */
    public void scan(Consumer<ProductChange> each) {
        throw new UnsupportedOperationException();
    }

    /**
     * The newest state of what changed after a sequence number, oldest change first.
     *
     * @param limit the most to return, at least 1
     */
    public List<ProductChange> changesAfter(long sequence, int limit) {
        throw new UnsupportedOperationException();
    }

    /** Sequence of the newest change; 0 when there was none. */
    public long sequence() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
