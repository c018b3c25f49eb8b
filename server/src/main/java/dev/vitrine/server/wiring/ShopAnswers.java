package dev.vitrine.server.wiring;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.applications.recommend.AttributionTokens;
import dev.vitrine.applications.recommend.Prediction;
import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.applications.recommend.RerankRequest;
import dev.vitrine.applications.recommend.ServingConfig;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.applications.search.ItemLookup;
import dev.vitrine.applications.search.SearchRequest;
import dev.vitrine.applications.search.SearchResponse;
import dev.vitrine.applications.search.Searcher;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.encoder.LikelihoodEncoder;
import dev.vitrine.retrieval.lexical.Completion;
import dev.vitrine.server.http.SearchAnswer;
import dev.vitrine.server.http.ShopPort;
import dev.vitrine.server.shop.LiveRelease;
import dev.vitrine.server.shop.Shop;
import java.util.List;
import java.util.Optional;

/** Answers shoppers: one lease on the live release from the start of a request to its end. */
public final class ShopAnswers implements ShopPort {
    private static final String SEARCH = "search";

    private final Shop shop;
    private final LiveRelease live;
    private final Recommender recommender;
    private final AttributionTokens tokens;
    private final ItemLookup items;
    private final SearchSignals signals;
    private final ShopLadder ladder;
    private final ImportedLikelihoods imported;

    public ShopAnswers(
            Shop shop,
            LiveRelease live,
            Recommender recommender,
            AttributionTokens tokens,
            ShopLadder ladder,
            ImportedLikelihoods imported) {
        this.ladder = ladder;
        this.imported = imported;
        this.shop = shop;
        this.live = live;
        this.recommender = recommender;
        this.tokens = tokens;
        this.items =
                new ItemLookup() {
                    @Override
                    public String idOf(int item) {
                        return shop.catalog().idOf(item);
                    }

                    @Override
                    public Optional<Product> get(int item) {
                        return shop.catalog().get(item);
                    }
                };
        this.signals = new SearchSignals(shop);
    }

    @Override
    public SearchAnswer search(String servingConfig, SearchRequest request) {
        if (!servingConfig.equals(SEARCH)) {
            throw unknown(servingConfig, "search");
        }
        try (Lease<ServingRelease> lease = live.lease()) {
            ServingRelease release = lease.value();
            SearchResponse response =
                    new Searcher(
                                    release.index(),
                                    items,
                                    signals.of(release),
                                    ladder.isPressed() ? Optional.empty() : release.meaning())
                            .search(request);
            String step = response.byMeaning() ? "index-and-meaning" : "index";
            String servedBy = response.results().isEmpty() ? "none" : step;
            return new SearchAnswer(response, token(SEARCH, release), release.id(), servedBy);
        }
    }

    @Override
    public RecommendResponse recommend(String servingConfig, RecommendRequest request) {
        ServingConfig config =
                ServingConfig.of(servingConfig)
                        .filter(c -> c != ServingConfig.PERSONALIZED_RANKING)
                        .orElseThrow(() -> unknown(servingConfig, "recommend"));
        try (Lease<ServingRelease> lease = live.lease();
                ShopLadder.Visit visit = ladder.enter()) {
            ServingRelease release = lease.value();
            return recommender
                    .recommend(release, config, request, visit.effort())
                    .withToken(token(servingConfig, release));
        }
    }

    @Override
    public RecommendResponse rerank(String servingConfig, RerankRequest request) {
        if (!servingConfig.equals(ServingConfig.PERSONALIZED_RANKING.wire())) {
            throw unknown(servingConfig, "rerank");
        }
        try (Lease<ServingRelease> lease = live.lease()) {
            ServingRelease release = lease.value();
            return recommender.rerank(release, request).withToken(token(servingConfig, release));
        }
    }

    @Override
    public List<Completion> complete(String prefix, int limit) {
        try (Lease<ServingRelease> lease = live.lease()) {
            return new Searcher(
                            lease.value().index(),
                            items,
                            signals.of(lease.value()),
                            Optional.empty())
                    .complete(prefix, limit);
        }
    }

    @Override
    public Prediction predict(String userId, String itemId) {
        try (Lease<ServingRelease> lease = live.lease()) {
            return recommender.predict(lease.value(), userId, itemId);
        }
    }

    @Override
    public Prediction predict(String model, String userId, String itemId, String client) {
        LikelihoodEncoder.Question question = recommender.question(userId, itemId);
        ImportedLikelihoods.Answer answer = imported.ask(model, question, client);
        return new Prediction(
                userId,
                itemId,
                answer.probability(),
                question.history().isEmpty() ? Prediction.Basis.ITEM_TEXT : Prediction.Basis.TEXTS,
                model,
                answer.version().toString());
    }

    private String token(String servingConfig, ServingRelease release) {
        return tokens.write(
                new AttributionToken(
                        release.id(), servingConfig, "", "fixed", shop.clock().millis()));
    }

    private static VitrineException unknown(String servingConfig, String verb) {
        return VitrineException.field(
                ApplicationError.SERVING_CONFIG_NOT_FOUND,
                "servingConfig",
                "no serving config '"
                        + servingConfig
                        + "' answers :"
                        + verb
                        + "; there are search (for :search), personalized-ranking (for :rerank)"
                        + " and, for :recommend, recommended-for-you, similar-items,"
                        + " others-you-may-like, frequently-bought-together, buy-it-again,"
                        + " recently-viewed and trending");
    }
}
