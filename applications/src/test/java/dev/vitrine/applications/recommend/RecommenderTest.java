package dev.vitrine.applications.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Availability;
import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.PopularItems;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.Dispensable;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.lexical.IndexBuilder;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.retrieval.lexical.ProductIndex;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.Isotonic;
import dev.vitrine.retrieval.ranking.PairFeatures;
import dev.vitrine.retrieval.ranking.PairModel;
import dev.vitrine.retrieval.ranking.RegressionTree;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A shop of three cases, a fan and a product that says nothing of its category. Visitor 1 has
 * looked at a case and then at the fan.
 */
class RecommenderTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(NOW));

    /** Everything is like everything, less and less by number. */
    private static final CandidateSource CONTENT =
            (history, allowed, best) -> {
                for (int item = 0; item < allowed.size(); item++) {
                    if (history.size() > 0 && allowed.contains(item)) {
                        best.offer(item, 1f / (1 + item));
                    }
                }
            };

    private Catalog catalog;
    private ProductIndex index;
    private Recommender recommender;

    @BeforeEach
    void open(@TempDir Path folder) {
        catalog = Catalog.open(folder.resolve("catalog"));
        CatalogFacts facts = new CatalogFacts();
        facts.apply(
                catalog.upsert(
                        List.of(
                                product("case1", "Cases"),
                                product("case2", "Cases"),
                                product("case3", "Cases").toBuilder()
                                        .availability(Availability.OUT_OF_STOCK)
                                        .build(),
                                product("fan", "Fans"),
                                Product.ofId("thing"))));
        ShopState state = new ShopState(FeatureSettings.defaults(), catalog::numberOf);
        state.apply(view(0, "case1"));
        state.apply(view(1, "fan"));
        Path base = folder.resolve("base");
        try (IndexBuilder builder = IndexBuilder.create(base)) {
            catalog.scan(builder::add);
            builder.finish(catalog.sequence());
        }
        index =
                ProductIndex.open(
                        base,
                        folder.resolve("working"),
                        IndexSettings.DEFAULT,
                        Thread.ofPlatform().daemon().factory());
        recommender =
                new Recommender(
                        catalog,
                        facts,
                        state,
                        new PopularItems(state, facts, 10, 1, CLOCK),
                        (visitor, user) -> state.shopper(visitor.equals("v") ? 1 : 0, 0),
                        CLOCK);
    }

    @AfterEach
    void close() {
        index.close();
        catalog.close();
    }

    private static Product product(String id, String category) {
        return Product.builder(id).title(id).categories(List.of(List.of(category))).build();
    }

    private static LoggedEvent view(long offset, String item) {
        Map<String, AttributeValue> nothing = Map.of();
        return new LoggedEvent(
                offset,
                1,
                0,
                EventType.DETAIL_PAGE_VIEW,
                NOW - 1000 + offset,
                NOW,
                "",
                "",
                List.of(new ProductDetail(item, 1, Double.NaN)),
                "",
                "",
                List.of(),
                "",
                Double.NaN,
                "",
                "",
                nothing);
    }

    private ServingRelease release(Calibration calibration) {
        return release(calibration, new Blend.Part("content", CONTENT, 1f));
    }

    private ServingRelease release(Calibration calibration, Blend.Part... parts) {
        Blend blend = new Blend(List.of(parts), 100);
        return new ServingRelease(
                "r1",
                index,
                Optional.empty(),
                blend,
                Optional.empty(),
                blend,
                CONTENT,
                HistoryRecipe.DEFAULT,
                calibration,
                Optional.empty(),
                // The older an event, the more it speaks for anything.
                (history, allowed, items) -> {
                    float[][] causes = new float[items.length][history.size()];
                    for (float[] cause : causes) {
                        for (int event = 0; event < cause.length; event++) {
                            cause[event] = cause.length - event;
                        }
                    }
                    return causes;
                },
                changes -> {},
                () -> {});
    }

    private static ServingRelease ranked(ServingRelease release, GraphRunner graph) {
        CandidateFeatures features = new CandidateFeatures(List.of("content"));
        RegressionTree.Builder nothing = new RegressionTree.Builder(1);
        nothing.leaf(0, 0, 1);
        return new ServingRelease(
                release.id(),
                release.index(),
                release.meaning(),
                release.personal(),
                Optional.of(
                        new CandidateRanker(
                                features,
                                new TreeEnsemble(features.names().size(), List.of(nothing.build())),
                                graph)),
                release.similar(),
                release.content(),
                release.recipe(),
                release.calibration(),
                release.pairs(),
                release.causes(),
                release.freshen(),
                release.closeParts());
    }

    /** The last candidate first. */
    private static Map<String, Tensor> reversed(Map<String, Tensor> rows) {
        int count = (int) Objects.requireNonNull(rows.get("features")).size(0);
        float[] scores = new float[count];
        for (int row = 0; row < count; row++) {
            scores[row] = row;
        }
        return Map.of("score", Tensor.of(new long[] {count, 1}, scores));
    }

    /** It would turn the order round; nobody has met case2 and thing, which stay. */
    @Test
    void aRankerPutsWhatWasProposedInOrder() {
        ServingRelease release = release(Calibration.none(1));
        List<String> plain = ids(forYou(release, Effort.FULL));
        RecommendResponse ranked = forYou(ranked(release, RecommenderTest::reversed), Effort.FULL);
        assertThat(plain).containsExactly("case1", "case2", "fan", "thing");
        assertThat(ids(ranked)).containsExactly("fan", "case2", "case1", "thing");
        assertThat(ranked.results())
                .extracting(RecommendResponse.Result::score)
                .doesNotHaveDuplicates();
        assertThat(ranked.servedBy()).isEqualTo("personal");
    }

    @Test
    void aRankerThatFailsLeavesTheOrderOfTheBlend() {
        ServingRelease release = release(Calibration.none(1));
        ServingRelease failing =
                ranked(
                        release,
                        rows -> {
                            throw new VitrineException(InferenceError.RUN_FAILED, "no room");
                        });
        ServingRelease mad =
                ranked(
                        release,
                        rows -> {
                            int count = (int) Objects.requireNonNull(rows.get("features")).size(0);
                            float[] scores = new float[count];
                            scores[0] = Float.NaN;
                            return Map.of("score", Tensor.of(new long[] {count, 1}, scores));
                        });
        RecommendResponse expected = forYou(release, Effort.FULL);
        assertThat(forYou(failing, Effort.FULL)).isEqualTo(expected);
        assertThat(forYou(mad, Effort.FULL)).isEqualTo(expected);
    }

    @Test
    void underPressureTheRankerIsNotAsked() {
        ServingRelease release = release(Calibration.none(1));
        ServingRelease ranked =
                ranked(
                        release,
                        rows -> {
                            throw new AssertionError("asked");
                        });
        assertThat(forYou(ranked, Effort.CHEAPER)).isEqualTo(forYou(release, Effort.CHEAPER));
    }

    private RecommendResponse forYou(ServingRelease release, Effort effort) {
        return recommender.recommend(
                release,
                ServingConfig.PERSONALIZED_RANKING,
                new RecommendRequest("v", "", List.of(), "", List.of(), 5, "", 0, false),
                effort);
    }

    private RecommendResponse shelf(ServingConfig config, String visitor, String... items) {
        return recommender.recommend(
                release(Calibration.none(1)),
                config,
                RecommendRequest.of(visitor, List.of(items), 5));
    }

    private static List<String> ids(RecommendResponse answer) {
        return answer.results().stream().map(RecommendResponse.Result::id).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"similar-items", "others-you-may-like", "frequently-bought-together"})
    void refusesAShelfAboutAProductThatIsNotThere(String name) {
        ServingConfig config = ServingConfig.of(name).orElseThrow();

        assertThatExceptionOfType(VitrineException.class)
                .isThrownBy(() -> shelf(config, "v", "nothing"))
                .satisfies(e -> {
                    assertThat(e.code()).isEqualTo(DataError.ITEM_NOT_FOUND);
                    assertThat(e.field()).contains("itemId");
                })
                .withMessageContaining("'nothing'");
    }

    @Test
    void passesOverWhatIsUnknownInACart() {
        assertThat(ids(shelf(ServingConfig.SIMILAR_ITEMS, "", "nothing", "case1")))
                .startsWith("case2");
    }

    @Test
    void shelvesThatAreNotAboutAProductDoNotMind() {
        assertThat(ids(shelf(ServingConfig.TRENDING, "", "nothing"))).isNotEmpty();
    }

    @Test
    void withoutOrdersOnlyAnotherCategoryGoesWithAProduct() {
        RecommendResponse answer = shelf(ServingConfig.FREQUENTLY_BOUGHT_TOGETHER, "", "case2");

        assertThat(ids(answer)).containsExactly("fan");
        assertThat(answer.servedBy()).isEqualTo("goes-with");
    }

    @Test
    void nothingIsSaidToGoWithAProductWithoutACategory() {
        RecommendResponse answer = shelf(ServingConfig.FREQUENTLY_BOUGHT_TOGETHER, "", "thing");

        assertThat(answer.results()).isEmpty();
        assertThat(answer.servedBy()).isEqualTo("none");
    }

    @Test
    void whatWasViewedLastScoresHighest() {
        RecommendResponse answer = shelf(ServingConfig.RECENTLY_VIEWED, "v");

        assertThat(ids(answer)).containsExactly("fan", "case1");
        assertThat(answer.results())
                .extracting(RecommendResponse.Result::score)
                .containsExactly(1.0, 0.5);
    }

    @Test
    void ranksUnknownIdsLastInTheirOrder() {
        RecommendResponse answer =
                recommender.rerank(
                        release(Calibration.none(1)),
                        new RerankRequest(
                                "v", "", "", List.of("y", "case3", "x", "case2", "case1"), false));

        assertThat(ids(answer)).containsExactly("case1", "case2", "case3", "y", "x");
        assertThat(answer.results().getLast().product()).isEmpty();
    }

    @Test
    void saysWhatAProbabilityGoesBy() {
        ServingRelease fitted = release(new Calibration(new double[] {1, 1}, -1));
        ServingRelease unfitted = release(Calibration.none(1));

        Prediction known = recommender.predict(fitted, "v", "case2");
        assertThat(known.basis()).isEqualTo(Prediction.Basis.HISTORY);
        assertThat(known.modelVersion()).isEqualTo("r1");
        Prediction unseen = recommender.predict(fitted, "w", "case2");
        assertThat(unseen.basis()).isEqualTo(Prediction.Basis.POPULARITY);
        assertThat(unseen.isCalibrated()).isTrue();
        Prediction none = recommender.predict(unfitted, "v", "case2");
        assertThat(none.model()).isEqualTo(Prediction.NONE);
        assertThat(none.basis()).isEqualTo(Prediction.Basis.NOTHING);
        assertThat(none.isCalibrated()).isFalse();
        assertThat(none.probability()).isEqualTo(Prediction.BASE_RATE);
    }

    private static ServingRelease likely(ServingRelease release, GraphRunner graph) {
        PairModel model =
                new PairModel(
                        "trees",
                        new PairFeatures(List.of("content")),
                        new Isotonic(new double[] {0, 1}, new double[] {0, 1}),
                        graph);
        return new ServingRelease(
                release.id(),
                release.index(),
                release.meaning(),
                release.personal(),
                release.ranker(),
                release.similar(),
                release.content(),
                release.recipe(),
                release.calibration(),
                Optional.of(model),
                release.causes(),
                release.freshen(),
                release.closeParts());
    }

    /** What does not answer, or answers no number, leaves it to the calibrated score. */
    @Test
    void aModelOfPairsAnswersWhereItCan() {
        ServingRelease fitted = release(new Calibration(new double[] {1, 1}, -1));
        float[] said = {.75f};
        GraphRunner graph =
                rows -> Map.of("score", Tensor.of(new long[] {1, 1}, new float[] {said[0]}));

        Prediction known = recommender.predict(likely(fitted, graph), "v", "case2");
        assertThat(known.probability()).isEqualTo(.75);
        assertThat(known.model()).isEqualTo("trees");
        assertThat(known.basis()).isEqualTo(Prediction.Basis.HISTORY);
        assertThat(recommender.predict(likely(fitted, graph), "w", "case2").basis())
                .isEqualTo(Prediction.Basis.POPULARITY);

        Prediction blended = recommender.predict(fitted, "v", "case2");
        assertThat(blended.model()).isEqualTo(Prediction.BLEND);
        said[0] = Float.NaN;
        assertThat(recommender.predict(likely(fitted, graph), "v", "case2")).isEqualTo(blended);
        GraphRunner busy =
                rows -> {
                    throw new VitrineException(RetrievalError.MODEL_INVALID, "no turn");
                };
        assertThat(recommender.predict(likely(fitted, busy), "v", "case2")).isEqualTo(blended);
    }

    /** The newest first, and not the item itself. */
    @Test
    void asksModelsThatReadTextsByTitles() {
        List<String> history = recommender.question("v", "case2").history();
        assertThat(history).isNotEmpty().doesNotContain("case2").doesNotHaveDuplicates();
        assertThat(recommender.question("v", history.getFirst()).history())
                .isEqualTo(history.subList(1, history.size()));
        assertThat(recommender.question("v", "case2").item()).isEqualTo("case2");
        assertThat(recommender.question("w", "case2").history()).isEmpty();
        assertThatThrownBy(() -> recommender.question("v", "nothing"))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("nothing");
    }

    /** Under pressure: fewer retrievers, then what sells best; what may not be shown never is. */
    @Test
    void lessEffortGivesCheaperAnswers() {
        RecommendRequest request = RecommendRequest.of("v", List.of(), 3);
        ServingRelease release = release(Calibration.none(1));
        assertThat(served(release, request, Effort.FULL)).isEqualTo("personal");
        assertThat(served(release, request, Effort.CHEAPER)).isEqualTo("cheaper");
        assertThat(served(release, RecommendRequest.of("new", List.of(), 3), Effort.POPULAR))
                .isEqualTo("popular");
        for (Effort effort : Effort.values()) {
            assertThat(
                            recommender
                                    .recommend(
                                            release,
                                            ServingConfig.SIMILAR_ITEMS,
                                            RecommendRequest.of("v", List.of("case1"), 4),
                                            effort)
                                    .results())
                    .as(effort.toString())
                    .isNotEmpty()
                    .extracting(RecommendResponse.Result::id)
                    .doesNotContain("case1", "case3");
        }
    }

    private String served(ServingRelease release, RecommendRequest request, Effort effort) {
        return recommender
                .recommend(release, ServingConfig.RECOMMENDED_FOR_YOU, request, effort)
                .servedBy();
    }

    private static CandidateSource dispensable(CandidateSource source) {
        return new Dispensable(source);
    }

    /** The dearest part is not asked under pressure, however much it counts. */
    @Test
    void cheaperAnswersDoWithoutWhatIsDispensable() {
        ServingRelease release =
                release(
                        Calibration.none(2),
                        new Blend.Part("content", CONTENT, .5f),
                        new Blend.Part(
                                "dear",
                                dispensable((history, allowed, best) -> {
                                    throw new AssertionError("it was asked");
                                }),
                                1f));
        RecommendRequest request = RecommendRequest.of("v", List.of(), 3);
        assertThat(served(release, request, Effort.CHEAPER)).isEqualTo("cheaper");
    }

    @Test
    void whatHasNoRoomOrFailsProposesNothingAndTheOthersAnswer() {
        for (VitrineException why :
                List.of(
                        VitrineException.refusal(InferenceError.RUNNERS_BUSY, "no turn is free"),
                        new VitrineException(InferenceError.RUN_FAILED, "the graph broke"))) {
            ServingRelease release =
                    release(
                            Calibration.none(2),
                            new Blend.Part("content", CONTENT, .5f),
                            new Blend.Part(
                                    "dear",
                                    dispensable((history, allowed, best) -> {
                                        throw why;
                                    }),
                                    1f));
            RecommendRequest request = RecommendRequest.of("v", List.of(), 3);
            assertThat(served(release, request, Effort.FULL)).isEqualTo("personal");
        }
    }

    @Test
    void saysWhoProposedAnItemAndWhatOfTheHistorySpeaksForIt() {
        RecommendRequest request =
                new RecommendRequest("v", "", List.of(), "", List.of(), 1, "", 0, true);
        RecommendResponse answer =
                recommender.recommend(
                        release(Calibration.none(1)), ServingConfig.RECOMMENDED_FOR_YOU, request);
        assertThat(answer.results().getFirst().reasons())
                .containsExactly(
                        "personal", "proposed-by:content", "because-of:case1", "because-of:fan");
    }
}
