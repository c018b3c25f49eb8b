package dev.vitrine.applications.recommend;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.kernel.error.VitrineException;
import java.util.List;

/**
 * A list of products to be put in the best order for one shopper.
 *
 * @param query what was searched for; empty when the list is not a search result
 * @param itemIds 1 to {@value #MAX_ITEMS} product ids
 */
public record RerankRequest(
        String visitorId, String userId, String query, List<String> itemIds, boolean explain) {
    public static final int MAX_ITEMS = 500;

    public RerankRequest {
        itemIds = List.copyOf(itemIds);
        if (itemIds.isEmpty() || itemIds.size() > MAX_ITEMS) {
            throw VitrineException.field(
                    ApplicationError.REQUEST_INVALID,
                    "itemIds",
                    "expected 1 to " + MAX_ITEMS + " products, found " + itemIds.size());
        }
    }

    /** The same list for somebody of whom nothing is known. */
    public RerankRequest ofNobody() {
        return new RerankRequest("", "", query, itemIds, explain);
    }
}
