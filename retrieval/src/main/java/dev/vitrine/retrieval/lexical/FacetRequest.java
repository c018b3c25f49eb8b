package dev.vitrine.retrieval.lexical;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.util.List;

/**
 * A facet asked for: {@code brand}, {@code categories} (every level of the paths), {@code
 * availability}, {@code price} or {@code attributes.KEY}.
 *
 * @param limit at most this many values, most frequent first; 1 to {@link #MAX_LIMIT}
 * @param bounds for {@code price}: where one range ends and the next begins, ascending; empty for
 *     bounds chosen by Vitrine
 */
public record FacetRequest(FilterField field, int limit, List<Double> bounds) {
    public static final int DEFAULT_LIMIT = 20;
    public static final int MAX_LIMIT = 300;

    /** At most this many facets in one search. */
    public static final int MAX_FACETS = 20;

    private static final int MAX_BOUNDS = 30;

    public FacetRequest {
        bounds = List.copyOf(bounds);
        String name = field.name();
        boolean possible =
                field.isAttribute()
                        || List.of("brand", "categories", "availability", "price").contains(name);
        if (!possible) {
            throw invalid(
                    "there is no facet '"
                            + (name.length() > 64 ? name.substring(0, 64) + "..." : name)
                            + "'; expected brand, categories, availability, price or"
                            + " attributes.KEY");
        }
        if (limit < 1 || limit > MAX_LIMIT) {
            throw invalid(
                    "facet '" + name + "' has limit " + limit + ", expected 1 to " + MAX_LIMIT);
        }
        if (bounds.size() > MAX_BOUNDS) {
            throw invalid(
                    "facet '" + name + "' has " + bounds.size() + " bounds, at most " + MAX_BOUNDS);
        }
        for (int i = 0; i < bounds.size(); i++) {
            if (!Double.isFinite(bounds.get(i)) || (i > 0 && bounds.get(i) <= bounds.get(i - 1))) {
                throw invalid(
                        "facet '" + name + "' needs finite, ascending bounds, found " + bounds);
            }
        }
    }

    /** The facet with this name and the default limit. */
    public static FacetRequest of(String name) {
        return new FacetRequest(new FilterField(name), DEFAULT_LIMIT, List.of());
    }

    private static VitrineException invalid(String message) {
        return VitrineException.field(RetrievalError.SEARCH_INVALID, "facets", message);
    }
}
