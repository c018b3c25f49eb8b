package dev.vitrine.applications.search;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.lexical.FacetRequest;
import java.util.List;

/**
 * What a shopper asks of the search box.
 *
 * @param query what was typed; empty to browse
 * @param visitorId empty when unknown
 * @param userId empty when nobody is logged in
 * @param filter in the form of {@link dev.vitrine.retrieval.lexical.FilterExpression}; empty for
 *     none
 * @param orderBy as {@link dev.vitrine.retrieval.lexical.SortOrder#parse} reads it; empty for
 *     relevance
 * @param pageSize 0 for {@link #DEFAULT_PAGE_SIZE}; more than {@link #MAX_PAGE_SIZE} is refused
 * @param pageToken from the answer to the same request; empty for the first page
 * @param explain true to be told why each result is there
 */
public record SearchRequest(
        String query,
        String visitorId,
        String userId,
        String filter,
        List<FacetRequest> facets,
        String orderBy,
        int pageSize,
        String pageToken,
        boolean explain) {
    public static final int DEFAULT_PAGE_SIZE = 20;
    public static final int MAX_PAGE_SIZE = 100;

    public SearchRequest {
        facets = List.copyOf(facets);
        if (pageSize < 0 || pageSize > MAX_PAGE_SIZE) {
            throw VitrineException.field(
                    RetrievalError.SEARCH_INVALID,
                    "pageSize",
                    "pageSize is " + pageSize + ", expected 1 to " + MAX_PAGE_SIZE);
        }
        if (pageSize == 0) {
            pageSize = DEFAULT_PAGE_SIZE;
        }
    }

    /** The first page for a text by a visitor never seen. */
    public static SearchRequest of(String query) {
        return new SearchRequest(query, "", "", "", List.of(), "", 0, "", false);
    }

    public SearchRequest withVisitor(String visitor, String user) {
        return new SearchRequest(
                query, visitor, user, filter, facets, orderBy, pageSize, pageToken, explain);
    }

    public SearchRequest withFilter(String expression) {
        return new SearchRequest(
                query,
                visitorId,
                userId,
                expression,
                facets,
                orderBy,
                pageSize,
                pageToken,
                explain);
    }

    public SearchRequest withFacets(List<FacetRequest> requests) {
        return new SearchRequest(
                query, visitorId, userId, filter, requests, orderBy, pageSize, pageToken, explain);
    }

    public SearchRequest withOrder(String by) {
        return new SearchRequest(
                query, visitorId, userId, filter, facets, by, pageSize, pageToken, explain);
    }

    public SearchRequest withPage(int size, String token) {
        return new SearchRequest(
                query, visitorId, userId, filter, facets, orderBy, size, token, explain);
    }

    public SearchRequest explained() {
        return new SearchRequest(
                query, visitorId, userId, filter, facets, orderBy, pageSize, pageToken, true);
    }
}
