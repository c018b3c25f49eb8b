package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.ProductChange;
import java.nio.file.Path;

/**
 * Builds the immutable base of an index from the live products of a catalogue:
 *
 * <pre>
 * try (IndexBuilder builder = IndexBuilder.create(directory)) {
 *     long sequence = catalog.sequence();
 *     catalog.scan(builder::add);
 *     builder.finish(sequence);
 * }
 * </pre>
 *
 * Not thread-safe.
 */
public final class IndexBuilder implements AutoCloseable {
    private IndexBuilder() {}

    /** Starts a base in a directory that is empty or does not exist. */
    public static IndexBuilder create(Path directory) {
        throw new UnsupportedOperationException();
    }

    /** Adds a live product. */
    public void add(ProductChange change) {
        throw new UnsupportedOperationException();
    }

    /**
     * Completes the base; it is on disk on return.
     *
     * @param sequence of the catalogue, read before its products were
     */
    public void finish(long sequence) {
        throw new UnsupportedOperationException();
    }

    /** Gives up what was not finished. */
    @Override
    public void close() {}
}
