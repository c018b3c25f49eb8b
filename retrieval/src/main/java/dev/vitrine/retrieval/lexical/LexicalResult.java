package dev.vitrine.retrieval.lexical;

import java.util.List;

/**
 * What a search found, all of it in one version of the index.
 *
 * @param total products that fit, of which {@code hits} are one page
 * @param correctedText what was searched for instead, or what might have been meant; empty when the
 *     text was taken as it is
 * @param version of the index, grows with every change that became visible
 */
public record LexicalResult(
        List<Hit> hits,
        List<Facet> facets,
        long total,
        String correctedText,
        Match match,
        long version) {
    public LexicalResult {
        hits = List.copyOf(hits);
        facets = List.copyOf(facets);
    }

    /** How well the results answer the text. */
    public enum Match {
        /** Every word was found together, as typed. */
        FULL,
        /** Every word was found together, some of them in another spelling. */
        CORRECTED,
        /** Some words were left out. */
        PARTIAL,
        /** No product has the words; these mean what they say. */
        SIMILAR,
        /** Nothing fits. */
        NONE
    }

    /**
     * @param item item number
     * @param score comparable within one result only; 0 when not ordered by relevance
     * @param reasons why it is here, in words; empty unless asked for
     */
    public record Hit(int item, float score, List<String> reasons) {
        public Hit {
            reasons = List.copyOf(reasons);
        }
    }
}
