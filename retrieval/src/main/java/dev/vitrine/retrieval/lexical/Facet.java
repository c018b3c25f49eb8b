package dev.vitrine.retrieval.lexical;

import java.util.List;

/**
 * The values of one field among all results of a search. Safe for choosing several values: a
 * condition of the filter on the facet's own field does not narrow its counts.
 *
 * @param key the field, as it can be used in a filter
 */
public record Facet(String key, List<Value> values) {
    public Facet {
        values = List.copyOf(values);
    }

    /**
     * One value or range.
     *
     * @param value the text; for a range {@code "low-high"}
     * @param low inclusive lower end of a range; NaN for a text, negative infinity when open
     * @param high exclusive upper end of a range; NaN for a text, infinity when open
     */
    public record Value(String value, long count, double low, double high) {}
}
