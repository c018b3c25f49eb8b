package dev.vitrine.retrieval.lexical;

import java.util.List;

/**
 * What is searched for: the words of a query, each with the terms it may be found under.
 *
 * @param groups one for each word or for words that belong together, in order
 * @param named words that must stand in a product's title, brand or categories: those of a query
 *     that has only such as every text has, like {@code a}; none otherwise
 * @param code the whole query as an id or article number; empty when it cannot be one
 * @param unknown words that no product has, in any spelling tried; they are left out
 * @param correctedText the query with the words of products in place of unknown ones; empty when
 *     none was replaced
 */
record QueryPlan(
        List<Group> groups, List<String> named, String code, int unknown, String correctedText) {
    QueryPlan {
        groups = List.copyOf(groups);
        named = List.copyOf(named);
    }

    /**
     * @param surface as typed or corrected
     * @param idf how much the word says: the fewer products have it, the more
     */
    record Group(String surface, List<Alternative> alternatives, float idf) {
        Group {
            alternatives = List.copyOf(alternatives);
        }
    }

    /**
     * One way in which a product can have a word: it has all these terms.
     *
     * @param weight 1 for what was typed, less for what may stand for it
     */
    record Alternative(List<String> terms, float weight) {
        Alternative {
            terms = List.copyOf(terms);
        }

        static Alternative of(String term) {
            return new Alternative(List.of(term), 1f);
        }
    }
}
