package dev.vitrine.server.http;

import dev.vitrine.applications.recommend.Prediction;
import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.RerankRequest;
import dev.vitrine.applications.search.SearchRequest;
import dev.vitrine.retrieval.lexical.Completion;
import java.util.List;

/**
 * Answers shoppers' questions. An unknown serving config is an error of category NOT_FOUND, no live
 * release one of category UNAVAILABLE.
 */
public interface ShopPort {
    SearchAnswer search(String servingConfig, SearchRequest request);

    RecommendResponse recommend(String servingConfig, RecommendRequest request);

    RecommendResponse rerank(String servingConfig, RerankRequest request);

    /** Completions of what a shopper has typed so far, best first, at most {@code limit}. */
    List<Completion> complete(String prefix, int limit);

    /** By the live release. */
    Prediction predict(String userId, String itemId);

    /**
     * By an imported model that reads texts.
     *
     * @param client whose share of the server this is counted against
     */
    Prediction predict(String model, String userId, String itemId, String client);
}
