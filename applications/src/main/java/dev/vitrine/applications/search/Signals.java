package dev.vitrine.applications.search;

import dev.vitrine.retrieval.lexical.ItemPrior;
import java.util.List;

/**
 * What behaviour tells a search beyond the text. Every method is asked once per search and must be
 * quick.
 */
public interface Signals {
    /** Knows nothing: search by text alone. */
    Signals NONE =
            new Signals() {
                @Override
                public ItemPrior popularity() {
                    return ItemPrior.NONE;
                }

                @Override
                public ItemPrior personal(SearchRequest request) {
                    return ItemPrior.NONE;
                }

                @Override
                public ItemPrior clicks(String query) {
                    return ItemPrior.NONE;
                }

                @Override
                public List<Integer> instead(SearchRequest request, int count) {
                    return List.of();
                }
            };

    /** How much shoppers want each item, 0 to 1. */
    ItemPrior popularity();

    /** How well each item fits this visitor, 0 to 1. */
    ItemPrior personal(SearchRequest request);

    /** How often each item was chosen after this query, 0 to 1. */
    ItemPrior clicks(String query);

    /** Item numbers to show when nothing fits the query, best first. */
    List<Integer> instead(SearchRequest request, int count);
}
