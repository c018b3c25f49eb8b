package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.Effort;
import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.applications.recommend.ServingConfig;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.RankedCandidates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release whose shoppers want what is newest, which only its ranker can see. */
class RankedReleaseTest {
    private static final int PEOPLE = 400;

    @TempDir private static Path folder;

    private static TrainedShop trained;

    @BeforeAll
    static void make() throws IOException {
        trained = shop("newest", NoveltyShop.events(PEOPLE, true));
    }

    @AfterAll
    static void close() {
        trained.close();
    }

    private static TrainedShop shop(String name, List<Event> events) throws IOException {
        return TrainedShop.of(
                folder.resolve(name), NoveltyShop.products(), events, NoveltyShop.END);
    }

    private static RecommendResponse shelf(
            Recommender recommender, ServingRelease release, String visitor) {
        return recommender.recommend(
                release,
                ServingConfig.RECOMMENDED_FOR_YOU,
                new RecommendRequest(visitor, "", List.of(), "", List.of(), 8, "", 0, true),
                Effort.FULL);
    }

    @Test
    void everyModelSaysWhoAskedForItAndHowTheDataWereSplit() {
        assertThat(trained.release().manifest().createdBy()).isEqualTo("ada");
        assertThat(trained.release().manifest().models().values())
                .isNotEmpty()
                .allSatisfy(model -> {
                    assertThat(model.manifest().createdBy()).isEqualTo("ada");
                    assertThat(model.manifest().parameters().get("split"))
                            .matches(
                                    "TimeFractions\\[validation=0.1, test=0.1\\], train to 20[^,]*Z,"
                                            + " validation to 20[^,]*Z, test to 20[^,]*Z");
                });
    }

    @Test
    void aRankerThatSeesMoreThanTheBlendIsKeptAndJudgedBesideIt() {
        Map<String, Double> figures = trained.release().manifest().thresholds();
        ModelVersion ranker =
                Objects.requireNonNull(
                        trained.release().manifest().models().get(ModelSet.RANKER),
                        () -> trained.steps().toString());
        double blend = Objects.requireNonNull(figures.get("test.blend.ndcgAt20"));
        assertThat(figures.get("test.ndcgAt20"))
                .isEqualTo(ranker.manifest().metrics().get("ndcgAt20"))
                .isGreaterThan(1.2 * blend);
        assertThat(ranker.manifest().parameters())
                .containsKeys("gain", "questions", "rows")
                .hasEntrySatisfying(
                        "clicks", said -> assertThat(said).startsWith("not learned from 0 clicks"));
        assertThat(trained.release().manifest().leftOut()).doesNotContainKey(ModelSet.RANKER);
        assertThat(trained.steps()).anyMatch(step -> step.startsWith("kept: NDCG@20"));
    }

    @Test
    void itsOrderIsServedAndExplained() throws Exception {
        trained.serving((release, recommender) -> {
            double ranked = 0;
            double blended = 0;
            int byAge = 0;
            int people = 50;
            for (int person = 0; person < people; person++) {
                RecommendResponse answer = shelf(recommender, release, "v" + person);
                assertThat(answer.servedBy()).isEqualTo("personal");
                ranked += newness(answer);
                blended += newness(shelf(recommender, release.unranked(), "v" + person));
                byAge += answer.results().getFirst().reasons().contains("ranked-by:age") ? 1 : 0;
            }
            assertThat(ranked / people).isGreaterThan(blended / people + 3);
            assertThat(byAge).isGreaterThan(people * 3 / 4);
        });
    }

    /**
     * Where the feature that is named first is taken from the other candidates instead, the graph
     * scores the item lower than where that is done to a feature drawn by chance.
     */
    @Test
    void theFeatureThatIsNamedMovesTheItemMoreThanAnother() throws Exception {
        long now = NoveltyShop.END.toEpochMilli();
        SplittableRandom random = new SplittableRandom(4);
        trained.serving((release, recommender) -> {
            CandidateRanker ranker = release.ranker().orElseThrow();
            List<String> names = ranker.features().names();
            int faithful = 0;
            int asked = 100;
            try (OnnxSession graph = OnnxSession.open(graph(), SessionSettings.DEFAULT)) {
                for (int person = 0; person < asked; person++) {
                    Shopper shopper = trained.shop().shopper("v" + person, "");
                    Candidates candidates = candidates(release.personal(), shopper);
                    ShopState state = trained.shop().state();
                    CatalogFacts facts = trained.shop().facts();
                    RankedCandidates ranked = ranker.rank(candidates, shopper, state, facts, now);
                    int item = ranked.order().item(0);
                    int named = names.indexOf(ranked.reasons(item, 1).getFirst());
                    int other = (named + 1 + random.nextInt(names.size() - 1)) % names.size();
                    float[] rows =
                            ranker.features()
                                    .rows(
                                            candidates,
                                            candidates.size(),
                                            shopper,
                                            state,
                                            facts,
                                            now);
                    int place =
                            IntStream.range(0, candidates.size())
                                    .filter(i -> candidates.items()[i] == item)
                                    .findFirst()
                                    .orElseThrow();
                    faithful +=
                            fall(graph, rows, place, named, names.size())
                                            > fall(graph, rows, place, other, names.size())
                                    ? 1
                                    : 0;
                }
            }
            assertThat(faithful).isGreaterThanOrEqualTo(asked * 9 / 10);
        });
    }

    private static Path graph() {
        ModelVersion ranker =
                Objects.requireNonNull(trained.release().manifest().models().get(ModelSet.RANKER));
        return ArtifactStore.open(trained.home().artifacts())
                .open(ranker.artifact())
                .file(ModelFiles.GRAPH);
    }

    /** By what a candidate's score falls, on average, with a feature of each of the candidates. */
    private static double fall(OnnxSession graph, float[] rows, int place, int feature, int width) {
        int count = rows.length / width;
        float[] changed = new float[(count + 1) * width];
        for (int row = 0; row <= count; row++) {
            System.arraycopy(rows, place * width, changed, row * width, width);
            if (row < count) {
                changed[row * width + feature] = rows[row * width + feature];
            }
        }
        float[] scores =
                Objects.requireNonNull(
                                graph.run(
                                                Map.of(
                                                        "features",
                                                        Tensor.of(
                                                                new long[] {count + 1, width},
                                                                changed)))
                                        .get("score"))
                        .floats();
        double sum = 0;
        for (int row = 0; row < count; row++) {
            sum += scores[count] - scores[row];
        }
        return sum / count;
    }

    private static double newness(RecommendResponse answer) {
        return answer.results().stream()
                .mapToInt(r -> NoveltyShop.number(r.id()))
                .average()
                .orElseThrow();
    }

    /** What training computes of a shop as it was is what serving computes of it as it is. */
    @Test
    void featuresByReplayAreThoseOfServing() throws Exception {
        try (TrainedShop shop = shop("mixed", NoveltyShop.events(60, true))) {
            long now = NoveltyShop.END.toEpochMilli();
            Replay replay =
                    new Replay(
                            shop.log().iterator(),
                            FeatureSettings.defaults(),
                            shop.shop().catalog()::numberOf,
                            Replay.facts(shop.shop().catalog()));
            ShopState then = replay.until(now);
            shop.serving((release, recommender) -> {
                for (int person = 0; person < 60; person++) {
                    Shopper shopper = shop.shop().shopper("v" + person, "");
                    Candidates candidates = candidates(release.personal(), shopper);
                    CandidateFeatures features = new CandidateFeatures(candidates.parts());
                    float[] served =
                            features.rows(
                                    candidates,
                                    CandidateRanker.MOST,
                                    shopper,
                                    shop.shop().state(),
                                    shop.shop().facts(),
                                    now);
                    assertThat(served).isNotEmpty();
                    assertThat(
                                    features.rows(
                                            candidates,
                                            CandidateRanker.MOST,
                                            replay.shopper(shopper.person()),
                                            then,
                                            replay.facts(),
                                            now))
                            .isEqualTo(served);
                }
            });
        }
    }

    private static Candidates candidates(Blend blend, Shopper shopper) {
        ItemMask all = ItemMask.all(NoveltyShop.KINDS * NoveltyShop.OF_KIND);
        return blend.candidates(blend.sheet(History.of(shopper.items()), all), 50);
    }

    /** Where anything of a kind is wanted there is nothing to learn of an order. */
    @Test
    void aRankerThatIsNoBetterIsLeftOutWithTheReason() throws Exception {
        try (TrainedShop shop = shop("anything", NoveltyShop.events(PEOPLE, false))) {
            assertThat(shop.release().manifest().models()).doesNotContainKey(ModelSet.RANKER);
            String reason = shop.release().manifest().leftOut().get(ModelSet.RANKER);
            assertThat(reason).startsWith("no better than the blend by more than chance: NDCG@20");
            assertThat(shop.steps()).contains("left out: " + reason);
            shop.serving((release, recommender) -> {
                assertThat(release.ranker()).isEmpty();
                assertThat(shelf(recommender, release, "v1").servedBy()).isEqualTo("personal");
            });
        }
    }

    @Test
    void tooFewQuestionsTeachNoOrder() throws Exception {
        try (TrainedShop shop = shop("few", NoveltyShop.events(50, true))) {
            assertThat(shop.release().manifest().leftOut().get(ModelSet.RANKER))
                    .contains("questions have an answer among the candidates; it takes 100");
            assertThat(shop.release().manifest().leftOut().get(ModelSet.SEQUENCE))
                    .contains("people met two products or more; it takes 100");
            shop.serving((release, recommender) -> theBlendNames(shop, release, recommender));
        }
    }

    /**
     * What is named as the reason is it, without a sequence model too: of visitors who did the same
     * but for one view, the item's score falls most for those who lack the named one, compared with
     * all the others.
     */
    private static void theBlendNames(
            TrainedShop shop, ServingRelease release, Recommender recommender) {
        SplittableRandom random = new SplittableRandom(3);
        int views = 5;
        int reasons = 0;
        int personal = 0;
        double named = 0;
        double others = 0;
        for (int visitor = 0; visitor < 25; visitor++) {
            List<String> seen =
                    random.ints(0, 2 * NoveltyShop.OF_KIND)
                            .distinct()
                            .limit(views)
                            .mapToObj(i ->
                                    NoveltyShop.id(
                                            i / NoveltyShop.OF_KIND, i % NoveltyShop.OF_KIND))
                            .toList();
            RecommendResponse whole = viewed(shop, release, recommender, "w" + visitor, seen, -1);
            List<RecommendResponse> without = new ArrayList<>();
            for (int left = 0; left < views; left++) {
                without.add(
                        viewed(shop, release, recommender, "w" + visitor + "-" + left, seen, left));
            }
            for (RecommendResponse.Result result : whole.results().subList(0, 8)) {
                personal += result.reasons().contains("personal") ? 1 : 0;
                List<String> because =
                        result.reasons().stream().filter(r -> r.startsWith("because-of:")).toList();
                if (!because.isEmpty()) {
                    reasons++;
                    assertThat(because).hasSizeLessThanOrEqualTo(3).doesNotHaveDuplicates();
                    for (int left = 0; left < views; left++) {
                        double fall = result.score() - score(without.get(left), result.id());
                        if (because.getFirst().equals("because-of:" + seen.get(left))) {
                            named += fall;
                        } else {
                            others += fall / (views - 1);
                        }
                    }
                }
            }
        }
        assertThat(reasons).isGreaterThan(100).isGreaterThan(personal * 9 / 10);
        assertThat(named / reasons).isGreaterThan(0);
        assertThat(named).isGreaterThan(1.5 * Math.max(0, others));
    }

    private static RecommendResponse viewed(
            TrainedShop shop,
            ServingRelease release,
            Recommender recommender,
            String visitor,
            List<String> items,
            int not) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            if (i != not) {
                events.add(
                        NoveltyShop.view(
                                visitor,
                                items.get(i),
                                NoveltyShop.END.toEpochMilli() - 60_000L * (10 - i)));
            }
        }
        shop.shop().write(events);
        return recommender.recommend(
                release,
                ServingConfig.RECOMMENDED_FOR_YOU,
                new RecommendRequest(visitor, "", List.of(), "", List.of(), 100, "", 0, true),
                Effort.FULL);
    }

    private static double score(RecommendResponse answer, String id) {
        return answer.results().stream()
                .filter(r -> r.id().equals(id) && r.reasons().contains("personal"))
                .mapToDouble(RecommendResponse.Result::score)
                .findFirst()
                .orElse(0);
    }
}
