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
import dev.vitrine.server.rollout.Answering;
import dev.vitrine.server.rollout.ComparedAnswers;
import dev.vitrine.server.rollout.Rollouts;
import dev.vitrine.server.rollout.Visitor;
import dev.vitrine.server.shop.Shop;
import java.util.List;
import java.util.Optional;

/**
 * Answers shoppers: one lease on the release that a visitor is given, from the start of a request
 * to its end.
 */
public final class ShopAnswers implements ShopPort {
    private static final String SEARCH = "search";

    private final Shop shop;
    private final Rollouts rollouts;
    private final ComparedAnswers answers;
    private final Recommender recommender;
    private final AttributionTokens tokens;
    private final ItemLookup items;
    private final SearchSignals signals;
    private final ShopLadder ladder;
    private final ImportedLikelihoods imported;

    public ShopAnswers(
            Shop shop,
            Rollouts rollouts,
            ComparedAnswers answers,
            Recommender recommender,
            AttributionTokens tokens,
            ShopLadder ladder,
            ImportedLikelihoods imported) {
        this.ladder = ladder;
        this.imported = imported;
        this.shop = shop;
        this.rollouts = rollouts;
        this.answers = answers;
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
        return answers.answer(
                visitor(request.visitorId(), request.userId()),
                (release, arm) -> search(release, arm, request),
                answer ->
                        new ComparedAnswers.Shown(
                                answer.response().results().stream()
                                        .map(SearchResponse.Result::id)
                                        .toList(),
                                answer.response().results().stream()
                                        .mapToDouble(SearchResponse.Result::score)
                                        .findFirst()
                                        .orElse(0)));
    }

    private SearchAnswer search(ServingRelease release, String arm, SearchRequest request) {
        SearchResponse response =
                new Searcher(
                                release.index(),
                                items,
                                signals.of(release),
                                ladder.isPressed() ? Optional.empty() : release.meaning())
                        .search(request);
        String step = response.byMeaning() ? "index-and-meaning" : "index";
        String servedBy = response.results().isEmpty() ? "none" : step;
        return new SearchAnswer(response, token(SEARCH, release, arm), release.id(), servedBy);
    }

    @Override
    public RecommendResponse recommend(String servingConfig, RecommendRequest request) {
        ServingConfig config =
                ServingConfig.of(servingConfig)
                        .filter(c -> c != ServingConfig.PERSONALIZED_RANKING)
                        .orElseThrow(() -> unknown(servingConfig, "recommend"));
        try (ShopLadder.Visit visit = ladder.enter()) {
            return answers.answer(
                    visitor(request.visitorId(), request.userId()),
                    (release, arm) ->
                            recommender
                                    .recommend(release, config, request, visit.effort())
                                    .withToken(token(servingConfig, release, arm)),
                    ShopAnswers::shown);
        }
    }

    @Override
    public RecommendResponse rerank(String servingConfig, RerankRequest request) {
        if (!servingConfig.equals(ServingConfig.PERSONALIZED_RANKING.wire())) {
            throw unknown(servingConfig, "rerank");
        }
        return answers.answer(
                visitor(request.visitorId(), request.userId()),
                (release, arm) ->
                        recommender
                                .rerank(release, request)
                                .withToken(token(servingConfig, release, arm)),
                ShopAnswers::shown);
    }

    private static ComparedAnswers.Shown shown(RecommendResponse response) {
        return new ComparedAnswers.Shown(
                response.results().stream().map(RecommendResponse.Result::id).toList(),
                response.results().stream()
                        .mapToDouble(RecommendResponse.Result::score)
                        .findFirst()
                        .orElse(0));
    }

    private Visitor visitor(String visitorId, String userId) {
        return Visitor.of(visitorId, userId, () -> shop.shopper(visitorId, userId).isKnown());
    }

    @Override
    public List<Completion> complete(String prefix, int limit) {
        try (Lease<ServingRelease> lease = rollouts.lease()) {
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
        try (Answering answering = rollouts.answering(visitor("", userId))) {
            return recommender.predict(answering.release(), userId, itemId);
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

    private String token(String servingConfig, ServingRelease release, String arm) {
        return tokens.write(
                new AttributionToken(
                        release.id(), servingConfig, arm, "fixed", shop.clock().millis()));
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
