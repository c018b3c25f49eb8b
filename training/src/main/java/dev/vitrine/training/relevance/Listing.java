package dev.vitrine.training.relevance;

import java.util.List;

/**
 * Which products were listed for which search term, without what anybody thought of it.
 *
 * @param terms each search term once
 * @param titles one for each product
 * @param order place of each product in the catalogue, such as its number there
 * @param term of each pair, a place in {@code terms}
 * @param product of each pair, a place in {@code titles}
 */
public record Listing(
        List<String> terms, List<String> titles, long[] order, int[] term, int[] product) {
    public Listing {
        terms = List.copyOf(terms);
        titles = List.copyOf(titles);
        if (term.length != product.length || order.length != titles.size()) {
            throw new IllegalArgumentException(
                    term.length
                            + " terms for "
                            + product.length
                            + " products, "
                            + order.length
                            + " places for "
                            + titles.size()
                            + " titles");
        }
    }

    /** How many pairs. */
    public int size() {
        return term.length;
    }

    /** The pairs of each term. */
    int[][] byTerm() {
        return grouped(term, terms.size());
    }

    /** The pairs of each product. */
    int[][] byProduct() {
        return grouped(product, titles.size());
    }

    /** The places of each key among {@code keys}, in order. */
    static int[][] grouped(int[] keys, int count) {
        int[] sizes = new int[count];
        for (int key : keys) {
            sizes[key]++;
        }
        int[][] groups = new int[count][];
        for (int key = 0; key < count; key++) {
            groups[key] = new int[sizes[key]];
        }
        int[] at = new int[count];
        for (int i = 0; i < keys.length; i++) {
            groups[keys[i]][at[keys[i]]++] = i;
        }
        return groups;
    }
}
