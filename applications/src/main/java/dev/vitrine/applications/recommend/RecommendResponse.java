package dev.vitrine.applications.recommend;

import dev.vitrine.data.catalog.Product;
import java.util.List;
import java.util.Optional;

/**
 * A shelf.
 *
 * @param nextPageToken empty when there is no more
 * @param attributionToken to be sent with the events that this answer causes
 * @param release the release that answered
 * @param servedBy the step of the ladder that answered, such as {@code personal} or {@code popular}
 */
public record RecommendResponse(
        List<Result> results,
        int totalSize,
        String nextPageToken,
        String attributionToken,
        String release,
        String servedBy) {
    public RecommendResponse {
        results = List.copyOf(results);
    }

    /** The same answer with its attribution token. */
    public RecommendResponse withToken(String token) {
        return new RecommendResponse(results, totalSize, nextPageToken, token, release, servedBy);
    }

    /**
     * One product on the shelf.
     *
     * @param product empty for an id that was given to be ranked and is not in the catalogue
     * @param score comparable within one answer only; higher is better
     * @param reasons the step of the ladder, {@code proposed-by:} a retriever, {@code ranked-by:}
     *     features of the ranker and {@code because-of:} items of the page or the history, what
     *     weighed most first; empty unless asked for
     */
    public record Result(String id, double score, Optional<Product> product, List<String> reasons) {
        public Result {
            reasons = List.copyOf(reasons);
        }
    }
}
