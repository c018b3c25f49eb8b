package dev.vitrine.server.wiring;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.applications.recommend.AttributionTokens;
import dev.vitrine.applications.recommend.Effort;
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
import dev.vitrine.server.experiment.ArmPlan;
import dev.vitrine.server.experiment.ExperimentPlan;
import dev.vitrine.server.experiment.Experiments;
import dev.vitrine.server.experiment.Part;
import dev.vitrine.server.http.SearchAnswer;
import dev.vitrine.server.http.ShopPort;
import dev.vitrine.server.rollout.Answering;
import dev.vitrine.server.rollout.ComparedAnswers;
import dev.vitrine.server.rollout.Rollouts;
import dev.vitrine.server.rollout.Visitor;
import dev.vitrine.server.shop.Shop;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Answers shoppers: one lease on the release that a visitor is given, from the start of a request
 * to its end.
 */
public final class ShopAnswers implements ShopPort {
    private static final String SEARCH = ExperimentPlan.SEARCH;

    /** The policy of answers that nothing was drawn for. */
    private static final String FIXED = "fixed";

    private final Shop shop;
    private final Rollouts rollouts;
    private final ComparedAnswers answers;
    private final Experiments experiments;
    private final Recommender recommender;
    private final AttributionTokens tokens;
    private final ItemLookup items;
    private final SearchSignals signals;
    private final ShopLadder ladder;
    private final ImportedLikelihoods imported;
    private final RecordedRequests recorded;

    public ShopAnswers(
            Shop shop,
            Rollouts rollouts,
            ComparedAnswers answers,
            Experiments experiments,
            Recommender recommender,
            AttributionTokens tokens,
            ShopLadder ladder,
            ImportedLikelihoods imported,
            RecordedRequests recorded) {
        this.ladder = ladder;
        this.imported = imported;
        this.recorded = recorded;
        this.shop = shop;
        this.rollouts = rollouts;
        this.answers = answers;
        this.experiments = experiments;
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
        recorded.heard(release -> search(release, "", Optional.empty(), request));
        Optional<Part> part = experiments.part(request.visitorId(), request.userId(), SEARCH);
        return tried(
                part,
                visitor(request.visitorId(), request.userId()),
                (release, arm) -> search(release, arm, part, request),
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

    private SearchAnswer search(
            ServingRelease release, String arm, Optional<Part> part, SearchRequest request) {
        ArmPlan tried = part.map(Part::arm).orElse(ArmPlan.NOTHING);
        boolean byMeaning = tried.meaning() && !ladder.isPressed();
        SearchResponse response =
                new Searcher(
                                release.index(),
                                items,
                                signals.of(release),
                                byMeaning ? release.meaning() : Optional.empty())
                        .search(tried.personalized() ? request : request.withVisitor("", ""));
        String step = response.byMeaning() ? "index-and-meaning" : "index";
        String servedBy = response.results().isEmpty() ? "none" : step;
        return new SearchAnswer(
                response, token(SEARCH, release, arm, policy(part)), release.id(), servedBy);
    }

    @Override
    public RecommendResponse recommend(String servingConfig, RecommendRequest request) {
        ServingConfig config =
                ServingConfig.of(servingConfig)
                        .filter(c -> c != ServingConfig.PERSONALIZED_RANKING)
                        .orElseThrow(() -> unknown(servingConfig, "recommend"));
        recorded.heard(release -> recommender.recommend(release, config, request));
        Optional<Part> part =
                experiments.part(request.visitorId(), request.userId(), servingConfig);
        try (ShopLadder.Visit visit = ladder.enter()) {
            if (part.isPresent() && part.get().isInterleaved()) {
                return interleaved(part.get(), config, request, visit.effort());
            }
            return shelf(part, config, request, visit.effort());
        }
    }

    private RecommendResponse shelf(
            Optional<Part> part, ServingConfig config, RecommendRequest request, Effort effort) {
        ArmPlan arm = part.map(Part::arm).orElse(ArmPlan.NOTHING);
        return tried(
                part,
                visitor(request.visitorId(), request.userId()),
                (release, mark) ->
                        filled(release, arm, config, request, effort)
                                .withToken(token(config.wire(), release, mark, policy(part))),
                ShopAnswers::shown);
    }

    private RecommendResponse filled(
            ServingRelease release,
            ArmPlan arm,
            ServingConfig config,
            RecommendRequest request,
            Effort effort) {
        return recommender.recommend(
                arm.ranker() ? release : release.unranked(),
                arm.recipe(config),
                arm.diversity().map(request::withDiversity).orElse(request),
                arm.personalized() ? effort : Effort.POPULAR);
    }

    /** What both arms propose, in one list, of which each product is credited to who brought it. */
    private RecommendResponse interleaved(
            Part part, ServingConfig config, RecommendRequest request, Effort effort) {
        InterleavedShelf shelf = new InterleavedShelf(request);
        List<RecommendResponse> both = new ArrayList<>();
        for (ArmPlan arm : part.arms()) {
            try (Lease<ServingRelease> lease =
                    arm.release().isEmpty()
                            ? rollouts.lease()
                            : rollouts.lease(arm.release()).orElseGet(rollouts::lease)) {
                both.add(filled(lease.value(), arm, config, shelf.deep(), effort));
            }
        }
        InterleavedShelf.Shown shown =
                shelf.of(both.getFirst(), both.getLast(), part.tosses(config.wire()));
        part.answered();
        return shown.response()
                .withToken(
                        tokens.write(
                                new AttributionToken(
                                        shown.response().release(),
                                        config.wire(),
                                        part.marked(""),
                                        shown.policy(),
                                        shop.clock().millis())));
    }

    /** Answers as a visitor's arm says; where the arm's release is not open, as without it. */
    private <T> T tried(
            Optional<Part> part,
            Visitor visitor,
            ComparedAnswers.Work<T> work,
            Function<T, ComparedAnswers.Shown> shown) {
        if (part.isEmpty()) {
            return answers.answer(visitor, work, shown);
        }
        Part in = part.get();
        T answer;
        if (in.arm().release().isEmpty()) {
            answer =
                    answers.answer(
                            visitor, (release, arm) -> work.answer(release, in.marked(arm)), shown);
        } else {
            Optional<Lease<ServingRelease>> lease = rollouts.lease(in.arm().release());
            if (lease.isEmpty()) {
                return answers.answer(visitor, work, shown);
            }
            try (Lease<ServingRelease> held = lease.get()) {
                answer = work.answer(held.value(), in.marked(""));
            }
        }
        in.answered();
        return answer;
    }

    private static String policy(Optional<Part> part) {
        return part.map(Part::policy).orElse(FIXED);
    }

    @Override
    public RecommendResponse rerank(String servingConfig, RerankRequest request) {
        if (!servingConfig.equals(ServingConfig.PERSONALIZED_RANKING.wire())) {
            throw unknown(servingConfig, "rerank");
        }
        recorded.heard(release -> recommender.rerank(release, request));
        Optional<Part> part =
                experiments.part(request.visitorId(), request.userId(), servingConfig);
        boolean personalized = part.map(Part::arm).orElse(ArmPlan.NOTHING).personalized();
        RerankRequest asked = personalized ? request : request.ofNobody();
        return tried(
                part,
                visitor(request.visitorId(), request.userId()),
                (release, arm) ->
                        recommender
                                .rerank(release, asked)
                                .withToken(token(servingConfig, release, arm, policy(part))),
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

    private String token(String servingConfig, ServingRelease release, String arm, String policy) {
        return tokens.write(
                new AttributionToken(
                        release.id(), servingConfig, arm, policy, shop.clock().millis()));
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
