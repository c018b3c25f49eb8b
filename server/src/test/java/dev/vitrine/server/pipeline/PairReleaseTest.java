package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.applications.recommend.Prediction;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.data.split.Part;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.ranking.ClickModel;
import dev.vitrine.retrieval.ranking.PairFeatures;
import dev.vitrine.retrieval.ranking.PairModel;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.clicks.ClickTrainer;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.trees.BoostedTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release that says how likely its shoppers, who want what is newest, turn to a product. */
class PairReleaseTest {
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

    @Test
    void aModelThatForetellsMoreThanTheBlendIsKeptAndJudgedBesideIt() {
        Map<String, Double> figures = trained.release().manifest().thresholds();
        ModelVersion pairs =
                Objects.requireNonNull(
                        trained.release().manifest().models().get(ModelSet.PAIRS),
                        () -> trained.steps().toString());
        double blend = Objects.requireNonNull(figures.get("predict.blend.logLoss"));
        assertThat(figures.get("predict.logLoss"))
                .isEqualTo(pairs.manifest().metrics().get("logLoss"))
                .isLessThan(.9 * blend);
        assertThat(figures.get("predict.auc")).isGreaterThan(figures.get("predict.blend.auc"));
        assertThat(pairs.manifest().metrics())
                .containsKeys("accuracy", "precision", "recall", "f1", "calibrationError");
        assertThat(pairs.manifest().parameters())
                .containsKeys("model", "gain", "people", "rows", "logLoss.trees")
                .containsKeys("logLoss.network", "logLoss.trees-and-network");
        assertThat(trained.release().manifest().leftOut()).doesNotContainKey(ModelSet.PAIRS);
        assertThat(trained.steps()).anyMatch(step -> step.startsWith("kept: log loss"));
    }

    /** The newest of the kind that somebody likes, and the oldest of it. */
    @Test
    void itsProbabilitiesAreServedThroughTheEngine() throws Exception {
        trained.serving((release, recommender) -> {
            PairModel model = release.pairs().orElseThrow();
            double newest = 0;
            double oldest = 0;
            int asked = 0;
            for (int person = 0; person < 60; person++) {
                int kind = liked("v" + person);
                Prediction likely =
                        recommender.predict(
                                release,
                                "v" + person,
                                NoveltyShop.id(kind, NoveltyShop.OF_KIND - 1));
                assertThat(likely.model()).isEqualTo(model.name());
                assertThat(likely.basis()).isEqualTo(Prediction.Basis.HISTORY);
                assertThat(likely.probability()).isBetween(0.0, 1.0);
                newest += likely.probability();
                oldest +=
                        recommender
                                .predict(release, "v" + person, NoveltyShop.id(kind, 0))
                                .probability();
                asked++;
            }
            assertThat(newest / asked).isGreaterThan(oldest / asked + .2);
        });
    }

    /** What somebody looked at most. */
    private static int liked(String visitor) {
        Shopper shopper = trained.shop().shopper(visitor, "");
        int[] counts = new int[NoveltyShop.KINDS];
        int best = 0;
        for (int item : shopper.items()) {
            int kind = NoveltyShop.kind(trained.shop().catalog().idOf(item));
            if (++counts[kind] > counts[best]) {
                best = kind;
            }
        }
        return best;
    }

    @Test
    void strangersAndProductsThatNobodyMetAreAnswered() throws Exception {
        trained.shop().upsert(List.of(Product.builder("brand-new").title("a new thing").build()));
        trained.serving((release, recommender) -> {
            for (String visitor : List.of("v1", "stranger")) {
                for (String item : List.of("brand-new", NoveltyShop.id(2, 7))) {
                    Prediction prediction = recommender.predict(release, visitor, item);
                    assertThat(prediction.probability()).isBetween(0.0, 1.0);
                    assertThat(prediction.model()).isEqualTo(release.pairs().orElseThrow().name());
                    assertThat(prediction.basis())
                            .isEqualTo(
                                    visitor.equals("v1")
                                            ? Prediction.Basis.HISTORY
                                            : Prediction.Basis.POPULARITY);
                }
            }
        });
    }

    /** What training computes of a shop as it was is what serving computes of it as it is. */
    @Test
    void featuresByReplayAreThoseOfServing() throws Exception {
        long now = NoveltyShop.END.toEpochMilli();
        Replay replay =
                new Replay(
                        trained.log().iterator(),
                        FeatureSettings.defaults(),
                        trained.shop().catalog()::numberOf,
                        Replay.facts(trained.shop().catalog()));
        ShopState then = replay.until(now);
        int[] items = {3, 60, 140, 299};
        trained.serving((release, recommender) -> {
            PairFeatures features = release.pairs().orElseThrow().features();
            for (int person = 0; person < 60; person++) {
                Shopper shopper = trained.shop().shopper("v" + person, "");
                float[] served =
                        features.rows(
                                release.personal(),
                                release.recipe().of(shopper, then.settings().weights()),
                                items,
                                PairFeatures.told(
                                        items,
                                        shopper,
                                        trained.shop().state(),
                                        trained.shop().facts(),
                                        now));
                Shopper replayed = replay.shopper(shopper.person());
                History history = HistoryRecipe.DEFAULT.of(replayed, then.settings().weights());
                assertThat(
                                features.rows(
                                        release.personal(),
                                        history,
                                        items,
                                        PairFeatures.told(
                                                items, replayed, then, replay.facts(), now)))
                        .isEqualTo(served);
                // Each by itself, as /predict asks.
                int[] one = {items[2]};
                float[] alone =
                        features.rows(
                                release.personal(),
                                history,
                                one,
                                PairFeatures.told(one, replayed, then, replay.facts(), now));
                int width = features.names().size();
                for (int i = 0; i < width; i++) {
                    float together = served[2 * width + i];
                    if (Float.isNaN(together)) {
                        assertThat(alone[i]).isNaN();
                    } else {
                        assertThat(alone[i]).isCloseTo(together, within(1e-5f));
                    }
                }
            }
        });
    }

    /** As a release that was made before there were models of pairs. */
    @Test
    void aReleaseWithoutOneAnswersByTheCalibratedScore() throws Exception {
        try (TrainedShop shop = shop("few", NoveltyShop.events(100, true))) {
            assertThat(shop.release().manifest().models()).doesNotContainKey(ModelSet.PAIRS);
            assertThat(shop.release().manifest().leftOut().get(ModelSet.PAIRS))
                    .contains("people turned to something that was held out; it takes 150");
            shop.serving((release, recommender) -> {
                assertThat(release.pairs()).isEmpty();
                Prediction prediction = recommender.predict(release, "v1", NoveltyShop.id(2, 7));
                assertThat(prediction.model()).isEqualTo(Prediction.BLEND);
                assertThat(prediction.isCalibrated()).isTrue();
            });
            Map<String, Double> figures = shop.release().manifest().thresholds();
            assertThat(figures).containsKeys("predict.auc", "predict.logLoss");
            assertThat(figures).doesNotContainKey("predict.blend.auc");
        }
    }

    /** Where people turn to anything there is nothing to foretell. */
    @Test
    void aModelThatIsNoBetterIsLeftOutWithTheReason() throws Exception {
        SplittableRandom random = new SplittableRandom(6);
        List<Event> events = new ArrayList<>();
        long day = Duration.ofDays(1).toMillis();
        Instant begun = NoveltyShop.END.minus(Duration.ofDays(60));
        for (int person = 0; person < PEOPLE; person++) {
            for (int visit = 0; visit < 12; visit++) {
                String item =
                        NoveltyShop.id(
                                random.nextInt(NoveltyShop.KINDS),
                                random.nextInt(NoveltyShop.OF_KIND / 3));
                long time = begun.toEpochMilli() + random.nextLong(60 * day);
                events.add(NoveltyShop.view("v" + person, item, time));
            }
        }
        events.sort(Comparator.comparingLong(Event::time));
        List<Product> there =
                NoveltyShop.products().stream()
                        .filter(p -> NoveltyShop.number(p.id()) < NoveltyShop.OF_KIND / 3)
                        .toList();
        try (TrainedShop shop =
                TrainedShop.of(folder.resolve("anything"), there, events, NoveltyShop.END)) {
            assertThat(shop.release().manifest().models()).doesNotContainKey(ModelSet.PAIRS);
            String reason = shop.release().manifest().leftOut().get(ModelSet.PAIRS);
            assertThat(shop.steps()).contains("left out: " + reason);
            assertThat(reason).startsWith("no better than the blend by more than chance: log loss");
        }
    }

    /** On the rows of a shop: what the runtime says is what the trainers say. */
    @Test
    void theGraphsAgreeWithTheirTrainers() throws Exception {
        CandidateSource alike =
                (history, allowed, best) -> {
                    int last = history.items()[history.size() - 1];
                    for (int item = 0; item < allowed.size(); item++) {
                        if (allowed.contains(item)) {
                            best.offer(item, 1f / (1 + Math.abs(item - last)));
                        }
                    }
                };
        Blend blend = new Blend(List.of(new Blend.Part("alike", alike, 1f)), 100);
        PairFeatures features = new PairFeatures(List.of("alike"));
        Dataset dataset =
                Dataset.open(
                        trained.home().datasets().resolve(trained.release().manifest().dataset()));
        Replay replay =
                new Replay(
                        trained.log().iterator(),
                        FeatureSettings.defaults(),
                        trained.shop().catalog()::numberOf,
                        Replay.facts(trained.shop().catalog()));
        ShopPairs pairs =
                ShopPairs.of(
                        dataset,
                        Set.of(Part.TRAIN),
                        Part.VALIDATION,
                        TypeWeights.graded(),
                        HistoryRecipe.DEFAULT,
                        replay);
        try (ParallelBlocks parallel = new ParallelBlocks(1);
                Torch torch = Torch.open(1, TorchCache.folder())) {
            PairTable table = PairTable.of(blend, features, pairs.read(), parallel);
            int cut = table.people() / 2;
            TreeEnsemble trees =
                    BoostedTrees.validated(
                                    PairFitter.BOOSTED,
                                    table.trees(0, cut),
                                    table.trees(cut, table.people()),
                                    Progress.NONE)
                            .ensemble();
            ClickTrainer network =
                    new ClickTrainer(
                            torch,
                            PairFitter.CROSSED,
                            PairFitter.HOW,
                            table.clicks(0, cut).filled(),
                            table.clicks(cut, table.people()),
                            Files.createDirectories(folder.resolve("network")));
            network.fit(Duration.ofSeconds(60), () -> 0, Progress.NONE);
            float[] rows = table.values(0, table.people());
            float[] crossed = network.scores(table.clicks(0, table.people()));
            for (String name : List.of(PairFitter.TREES, PairFitter.NETWORK, PairFitter.BOTH)) {
                Path file = folder.resolve(name + ".onnx");
                PairFitter.graph(name, table.width(), trees, Optional.of(network)).save(file);
                try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
                    double[] found =
                            new ClickModel(session::run, table.width(), 0)
                                    .scores(rows, new int[0], table.rows());
                    for (int row = 0; row < found.length; row++) {
                        double grown = trees.score(rows, row);
                        double expected =
                                switch (name) {
                                    case PairFitter.TREES -> grown;
                                    case PairFitter.NETWORK -> crossed[row];
                                    default -> (grown + crossed[row]) / 2;
                                };
                        assertThat(found[row]).isCloseTo(expected, within(1e-4));
                    }
                }
            }
        }
    }
}
