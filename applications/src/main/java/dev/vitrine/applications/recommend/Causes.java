package dev.vitrine.applications.recommend;

import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;

/** What of a shopper's history speaks for an item. */
@FunctionalInterface
public interface Causes {
    /**
     * @param allowed what may be shown
     * @param items of those, that are shown
     * @return for each item, one number for each event of the history: by what the item's score
     *     falls without that event; 0 where nothing is known
     */
    float[][] of(History history, ItemMask allowed, int... items);
}
