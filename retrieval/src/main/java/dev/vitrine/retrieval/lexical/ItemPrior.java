package dev.vitrine.retrieval.lexical;

/**
 * What is known of an item apart from the text: how popular it is, how well it fits a visitor, how
 * often it was chosen for this query. Called for every candidate, so it must be quick; safe for
 * concurrent callers.
 */
@FunctionalInterface
public interface ItemPrior {
    /** Knows nothing of any item. */
    ItemPrior NONE = item -> 0f;

    /**
     * @param item an item number
     * @return 0 for nothing known to 1 for the best; values outside are cut to this range
     */
    float of(int item);
}
