package dev.vitrine.retrieval.lexical;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;

/** The order of search results. Products without the value sorted by come last. */
public enum SortOrder {
    RELEVANCE(""),
    PRICE_ASCENDING("price"),
    PRICE_DESCENDING("price desc"),
    TITLE_ASCENDING("title"),
    TITLE_DESCENDING("title desc"),
    NEWEST("publishedAt desc"),
    OLDEST("publishedAt");

    private final String wire;

    SortOrder(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    /**
     * Reads {@code orderBy}: empty or {@code relevance}; {@code price}, {@code title} or {@code
     * publishedAt} with {@code asc} (when left out) or {@code desc}; {@code newest}.
     *
     * @throws VitrineException SEARCH_INVALID for anything else
     */
    public static SortOrder parse(String orderBy) {
        String text = String.join(" ", orderBy.strip().split("\\s+"));
        if (text.equals("relevance")) {
            return RELEVANCE;
        }
        if (text.equals("newest")) {
            return NEWEST;
        }
        String plain = text.endsWith(" asc") ? text.substring(0, text.length() - 4) : text;
        for (SortOrder order : values()) {
            if (order.wire.equals(plain)) {
                return order;
            }
        }
        throw VitrineException.field(
                RetrievalError.SEARCH_INVALID,
                "orderBy",
                "cannot order by '"
                        + (text.length() > 64 ? text.substring(0, 64) + "..." : text)
                        + "'; expected relevance, newest, or one of price, title, publishedAt with"
                        + " asc or desc");
    }
}
