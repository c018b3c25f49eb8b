package dev.vitrine.applications.search;

import dev.vitrine.retrieval.lexical.ProductIndex;

/**
 * Answers searches from one index, with the signals of one release. Safe for concurrent callers.
 */
public final class Searcher {
    private final ProductIndex index;
    private final ItemLookup items;
    private final Signals signals;

    public Searcher(ProductIndex index, ItemLookup items, Signals signals) {
        this.index = index;
        this.items = items;
        this.signals = signals;
    }

    /**
     * @throws dev.vitrine.kernel.error.VitrineException FILTER_SYNTAX, SEARCH_INVALID or
     *     PAGE_TOKEN_INVALID when the request cannot be read
     */
    public SearchResponse search(SearchRequest request) {
        throw new UnsupportedOperationException(
                index.toString() + items.toString() + signals.toString() + request.toString());
    }
}
