package dev.vitrine.retrieval.lexical;

import dev.vitrine.data.catalog.ProductChange;
import dev.vitrine.retrieval.candidate.ItemMask;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadFactory;

/**
 * The text index of a catalogue while it serves: a working copy of an immutable base (see {@link
 * IndexBuilder}) to which later product changes are applied. Safe for concurrent callers.
 */
public final class ProductIndex implements AutoCloseable {
    private ProductIndex() {}

    /**
     * Opens a working copy of a base. A working copy left by an earlier process is taken up again
     * when it was made from the same base; otherwise it is made anew.
     *
     * @param base a directory that {@link IndexBuilder} finished; it is only read
     * @param working a directory that this process alone uses
     * @param threads makes the one thread that shows changes to searches
     */
    public static ProductIndex open(
            Path base, Path working, IndexSettings settings, ThreadFactory threads) {
        throw new UnsupportedOperationException();
    }

    /**
     * Brings products up to date; searches see it within about {@code refreshEvery}. Changes that
     * are older than {@link #sequence()} are taken as they come, so they must be in order.
     */
    public void apply(List<ProductChange> changes) {
        throw new UnsupportedOperationException();
    }

    /** The sequence of the last change applied. */
    public long sequence() {
        throw new UnsupportedOperationException();
    }

    /** Shows all changes applied so far to searches before it returns. */
    public void refresh() {
        throw new UnsupportedOperationException();
    }

    /** Grows with every change that became visible; keys of caches hold it. */
    public long version() {
        throw new UnsupportedOperationException();
    }

    /** The number of products that can be found. */
    public int size() {
        throw new UnsupportedOperationException();
    }

    public LexicalResult search(LexicalQuery query) {
        throw new UnsupportedOperationException();
    }

    /** At most {@code n} ways to finish a text, best first. */
    public List<Completion> complete(String text, int n) {
        throw new UnsupportedOperationException();
    }

    /** The items that fulfil a filter; not to be changed by the caller, who may keep it. */
    public ItemMask mask(FilterExpression filter) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
