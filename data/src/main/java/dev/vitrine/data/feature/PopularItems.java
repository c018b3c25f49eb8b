package dev.vitrine.data.feature;

import java.time.InstantSource;

/**
 * The most popular and the trending items, overall and by category, refreshed when read at most
 * every so often. Safe for concurrent callers.
 */
public final class PopularItems {
    /**
     * @param length items kept per list
     * @param refreshMillis lists younger than this are not built again
     */
    public PopularItems(
            ShopState state,
            ItemFacts facts,
            int length,
            long refreshMillis,
            InstantSource clock) {}

    public WeightedItems popular() {
        return WeightedItems.EMPTY;
    }

    /** Most popular in a category and all below it. */
    public WeightedItems popular(int category) {
        return WeightedItems.EMPTY;
    }

    public WeightedItems trending() {
        return WeightedItems.EMPTY;
    }
}
