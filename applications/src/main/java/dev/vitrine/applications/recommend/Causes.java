package dev.vitrine.applications.recommend;

import dev.vitrine.retrieval.candidate.History;

/** What of a shopper's history speaks for an item. */
@FunctionalInterface
public interface Causes {
    /** Of a release that cannot tell. */
    Causes NONE = (history, items) -> new float[items.length][history.size()];

    /**
     * @return for each item, one number for each event of the history: by what the item's score
     *     falls without that event; 0 where nothing is known
     */
    float[][] of(History history, int... items);
}
