package dev.vitrine.applications.search;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.retrieval.lexical.Facet;
import dev.vitrine.retrieval.lexical.LexicalResult;
import java.util.List;
import java.util.Optional;

/**
 * The answer of the search box.
 *
 * @param correctedQuery what was searched for instead, or what might have been meant; empty when
 *     the query was taken as it is
 * @param totalSize how many products fit
 * @param nextPageToken empty on the last page
 * @param match how well the results answer the query
 * @param byMeaning whether products were looked for by what the query means too
 * @param recommended products shown because nothing fits; empty when something does
 */
public record SearchResponse(
        List<Result> results,
        List<Facet> facets,
        String correctedQuery,
        long totalSize,
        String nextPageToken,
        LexicalResult.Match match,
        boolean byMeaning,
        List<Result> recommended) {
    public SearchResponse {
        results = List.copyOf(results);
        facets = List.copyOf(facets);
        recommended = List.copyOf(recommended);
    }

    /**
     * @param item item number
     * @param product empty when it is no longer in the catalogue
     * @param reasons why it is here, in words
     */
    public record Result(
            String id, int item, double score, Optional<Product> product, List<String> reasons) {
        public Result {
            reasons = List.copyOf(reasons);
        }
    }
}
