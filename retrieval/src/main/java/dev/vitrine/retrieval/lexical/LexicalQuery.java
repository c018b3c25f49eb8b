package dev.vitrine.retrieval.lexical;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.util.List;
import java.util.Optional;

/**
 * One search of the index.
 *
 * @param text what was typed; blank finds every product the filter lets through
 * @param offset results to pass over
 * @param size results to return; {@code offset + size} is at most {@link #MAX_DEPTH}
 * @param popularity how much shoppers want each item
 * @param personal how well each of the first candidates fits the visitor; {@link ItemPrior#NONE}
 *     when nothing is known of them
 * @param clicks how often each item was chosen after this very query, by all shoppers
 * @param meant products that mean the text, put beside those that have its words where results are
 *     in the order of relevance, and shown alone where no product has the words
 * @param explain true to fill {@link LexicalResult.Hit#reasons()}
 */
public record LexicalQuery(
        String text,
        Optional<FilterExpression> filter,
        List<FacetRequest> facets,
        SortOrder order,
        int offset,
        int size,
        ItemPrior popularity,
        ItemPrior personal,
        ItemPrior clicks,
        Meant meant,
        boolean explain) {
    /** Results beyond this rank cannot be paged to. */
    public static final int MAX_DEPTH = 10_000;

    /** What is typed beyond this many characters is not looked at. */
    public static final int MAX_TEXT = 512;

    public LexicalQuery {
        facets = List.copyOf(facets);
        if (size < 0 || offset < 0 || (long) offset + size > MAX_DEPTH) {
            throw VitrineException.field(
                    RetrievalError.SEARCH_INVALID,
                    "pageSize",
                    "results "
                            + offset
                            + " to "
                            + ((long) offset + size)
                            + " were asked for; paging ends at "
                            + MAX_DEPTH);
        }
        if (facets.size() > FacetRequest.MAX_FACETS) {
            throw VitrineException.field(
                    RetrievalError.SEARCH_INVALID,
                    "facets",
                    facets.size() + " facets, at most " + FacetRequest.MAX_FACETS);
        }
    }

    /** The first {@code size} results for a text, with nothing else asked. */
    public static LexicalQuery of(String text, int size) {
        return new LexicalQuery(
                text,
                Optional.empty(),
                List.of(),
                SortOrder.RELEVANCE,
                0,
                size,
                ItemPrior.NONE,
                ItemPrior.NONE,
                ItemPrior.NONE,
                Meant.NOTHING,
                false);
    }

    public LexicalQuery withFilter(FilterExpression expression) {
        return new LexicalQuery(
                text,
                Optional.of(expression),
                facets,
                order,
                offset,
                size,
                popularity,
                personal,
                clicks,
                meant,
                explain);
    }

    public LexicalQuery withFacets(List<FacetRequest> requests) {
        return new LexicalQuery(
                text,
                filter,
                requests,
                order,
                offset,
                size,
                popularity,
                personal,
                clicks,
                meant,
                explain);
    }

    public LexicalQuery withOrder(SortOrder by) {
        return new LexicalQuery(
                text,
                filter,
                facets,
                by,
                offset,
                size,
                popularity,
                personal,
                clicks,
                meant,
                explain);
    }

    public LexicalQuery withPage(int from, int count) {
        return new LexicalQuery(
                text,
                filter,
                facets,
                order,
                from,
                count,
                popularity,
                personal,
                clicks,
                meant,
                explain);
    }

    public LexicalQuery withPriors(ItemPrior wanted, ItemPrior fitting, ItemPrior chosen) {
        return new LexicalQuery(
                text, filter, facets, order, offset, size, wanted, fitting, chosen, meant, explain);
    }

    public LexicalQuery explained() {
        return new LexicalQuery(
                text,
                filter,
                facets,
                order,
                offset,
                size,
                popularity,
                personal,
                clicks,
                meant,
                true);
    }

    public LexicalQuery withMeant(Meant products) {
        return new LexicalQuery(
                text,
                filter,
                facets,
                order,
                offset,
                size,
                popularity,
                personal,
                clicks,
                products,
                explain);
    }
}
