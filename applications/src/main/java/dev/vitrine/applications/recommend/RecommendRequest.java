package dev.vitrine.applications.recommend;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;

/**
 * A question for a shelf. Absent texts are empty.
 *
 * @param visitorId the visitor who sees the shelf; may be empty for somebody unknown
 * @param userId the user who is logged in; empty when nobody is
 * @param items the products the shelf is about: the one on the page, or those in the cart
 * @param filter a filter expression; empty for none
 * @param excludeIds products that must not be in the answer, at most {@value #MAX_EXCLUDED}
 * @param pageSize 1 to {@value #MAX_PAGE_SIZE}
 * @param pageToken where to go on, from an earlier answer; empty for the first page
 * @param diversity 0 (order by score alone) to 1 (as mixed as possible)
 * @param explain whether results name their reasons
 */
public record RecommendRequest(
        String visitorId,
        String userId,
        List<String> items,
        String filter,
        List<String> excludeIds,
        int pageSize,
        String pageToken,
        double diversity,
        boolean explain) {
    public static final int MAX_PAGE_SIZE = 100;
    public static final int DEFAULT_PAGE_SIZE = 10;
    public static final int MAX_ITEMS = 100;
    public static final int MAX_EXCLUDED = 1000;
    public static final double DEFAULT_DIVERSITY = 0.2;

    public RecommendRequest {
        items = List.copyOf(items);
        excludeIds = List.copyOf(excludeIds);
        if (items.size() > MAX_ITEMS) {
            throw invalid("cart", "at most " + MAX_ITEMS + " products, found " + items.size());
        }
        if (excludeIds.size() > MAX_EXCLUDED) {
            throw invalid(
                    "excludeIds",
                    "at most " + MAX_EXCLUDED + " products, found " + excludeIds.size());
        }
        if (pageSize < 1 || pageSize > MAX_PAGE_SIZE) {
            throw invalid("pageSize", "expected 1 to " + MAX_PAGE_SIZE + ", found " + pageSize);
        }
        if (!(diversity >= 0 && diversity <= 1)) {
            throw invalid("diversity", "expected 0 to 1, found " + diversity);
        }
    }

    /** A question with defaults for everything but the visitor and the products it is about. */
    public static RecommendRequest of(String visitorId, List<String> items, int pageSize) {
        return new RecommendRequest(
                visitorId, "", items, "", List.of(), pageSize, "", DEFAULT_DIVERSITY, false);
    }

    /** The same question with another diversity. */
    public RecommendRequest withDiversity(double other) {
        return new RecommendRequest(
                visitorId, userId, items, filter, excludeIds, pageSize, pageToken, other, explain);
    }

    /** The same question for another part of the shelf. */
    public RecommendRequest withPage(int size, String token) {
        return new RecommendRequest(
                visitorId, userId, items, filter, excludeIds, size, token, diversity, explain);
    }

    private static VitrineException invalid(String field, String message) {
        return VitrineException.field(ApplicationError.REQUEST_INVALID, field, message);
    }
}
