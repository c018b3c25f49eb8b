package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.Effort;
import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.applications.recommend.ServingConfig;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.inference.host.MemoryBudget;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Judgement;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.server.Home;
import dev.vitrine.server.audit.KeptTrail;
import dev.vitrine.server.rollout.AtOnce;
import dev.vitrine.server.rollout.NodeIdentity;
import dev.vitrine.server.rollout.Rollouts;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.telemetry.ModelMeters;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.wiring.ServedModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A release that knows what comes next, from the log to the shelf. */
class LearnedReleaseTest {
    private static final InstantSource CLOCK = InstantSource.fixed(ChainShop.END);

    @TempDir private static Path folder;

    private static Home home;
    private static Shop shop;
    private static Release release;

    @BeforeAll
    static void make() throws IOException {
        home = Home.open(folder.resolve("home"));
        shop = Shop.open(home, ShopSettings.defaults(), CLOCK, Progress.NONE);
        ChainShop.fill(shop, 400);
        MakerSettings settings = MakerSettings.forMachine(1, 8L << 30);
        release =
                new ReleaseMaker(
                                home,
                                settings,
                                OpenDoor.keys(home, CLOCK),
                                CLOCK,
                                () -> 0,
                                Progress.NONE)
                        .make();
    }

    @AfterAll
    static void close() {
        shop.close();
        home.close();
    }

    /** Another release of the same models, as if they had been trained again. */
    private static Release again() {
        ReleaseManifest same = release.manifest();
        Map<String, ModelVersion> models = new HashMap<>();
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), CLOCK)) {
            same.models()
                    .forEach(
                            (role, model) -> models.put(role, releases.register(model.manifest())));
            return releases.register(
                    ReleaseDraft.of(same)
                            .createdAt(same.createdAt().plusMillis(1))
                            .models(models)
                            .manifest());
        }
    }

    private static ServedModels models(ReleaseStore releases, ArtifactStore artifacts) {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        return new ServedModels(
                releases,
                artifacts,
                folder.resolve("served-models"),
                1L << 30,
                new ModelMeters(registry),
                new ModelStates(registry),
                CLOCK);
    }

    private interface Asked {
        void ask(Rollouts live, Recommender recommender, MemoryBudget memory) throws Exception;
    }

    private static void serving(Asked asked) throws Exception {
        ArtifactStore artifacts = ArtifactStore.open(home.artifacts(), CLOCK);
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), CLOCK);
                ServedModels models = models(releases, artifacts);
                Rollouts live =
                        new Rollouts(
                                shop,
                                releases,
                                new OpenDoor(releases),
                                new ReleaseLoader(
                                        home,
                                        artifacts,
                                        IndexSettings.DEFAULT,
                                        models.releaseGraphs()),
                                new KeptTrail(),
                                InstantSource.system(),
                                AtOnce.LIMITS,
                                NodeIdentity.only())) {
            live.promote(release.id(), "test", "");
            Recommender recommender =
                    new Recommender(
                            shop.catalog(),
                            shop.facts(),
                            shop.state(),
                            shop.popular(),
                            shop.shoppers(),
                            CLOCK);
            asked.ask(live, recommender, models.memory());
        }
    }

    private static RecommendResponse shelf(
            Recommender recommender, ServingRelease release, String visitor, Effort effort) {
        return recommender.recommend(
                release,
                ServingConfig.RECOMMENDED_FOR_YOU,
                new RecommendRequest(visitor, "", List.of(), "", List.of(), 3, "", 0, true),
                effort);
    }

    private static void look(String visitor, int item, int secondsAgo) {
        long time = ChainShop.END.toEpochMilli() - secondsAgo * 1000L;
        assertThat(shop.write(List.of(ChainShop.view(visitor, item, time)))).isEmpty();
    }

    @Test
    void theSequenceModelIsJudgedChosenAndRegistered() {
        ModelVersion model =
                Objects.requireNonNull(release.manifest().models().get(ModelSet.SEQUENCE));
        assertThat(release.manifest().thresholds().get("blend." + ModelSet.SEQUENCE)).isPositive();
        assertThat(model.manifest().metrics().get("ndcgAt20")).isGreaterThan(.4);
        assertThat(model.manifest().parameters()).containsKeys("epochs", "rowsPerSecond");
        assertThat(WorkFolders.checkpoints(home.work())).doesNotExist();
    }

    /** Where products have no category nothing is known of how diverse a list is. */
    @Test
    void aShopWithoutCategoriesHasNoDiversity() {
        Judgement judgement = release.manifest().judged().orElseThrow();
        assertThat(judgement.slices())
                .extracting(Judgement.Slice::name)
                .containsExactly("shortHistory", "longHistory", "headItems", "tailItems");
        Map<String, Double> figures =
                Objects.requireNonNull(judgement.models().get(judgement.whole())).figures();
        assertThat(figures).containsKey("noveltyAt20").doesNotContainKey("diversityAt20");
        assertThat(judgement.curves()).isEmpty();
    }

    @Test
    void theNextClickChangesTheAnswerAtOnce() throws Exception {
        serving((live, recommender, memory) -> {
            int right = 0;
            try (Lease<ServingRelease> lease = live.lease()) {
                for (int item = 0; item < ChainShop.ITEMS; item++) {
                    String visitor = "clicks" + item;
                    look(visitor, (item + 30) % ChainShop.ITEMS, 20);
                    RecommendResponse before =
                            shelf(recommender, lease.value(), visitor, Effort.FULL);
                    look(visitor, item, 10);
                    RecommendResponse after =
                            shelf(recommender, lease.value(), visitor, Effort.FULL);
                    assertThat(after.results()).isNotEqualTo(before.results());
                    String next = ChainShop.id(ChainShop.after(item));
                    right += after.results().getFirst().id().equals(next) ? 1 : 0;
                }
            }
            assertThat(right).isGreaterThan(ChainShop.ITEMS * 3 / 4);
        });
    }

    @Test
    void twoReleasesMayHoldTheSameGraph() {
        ArtifactStore artifacts = ArtifactStore.open(home.artifacts(), CLOCK);
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), CLOCK);
                ServedModels models = models(releases, artifacts);
                GraphHost.Opened second = models.releaseGraphs().open("second")) {
            GraphHost.Opened first = models.releaseGraphs().open("first");
            ModelFiles.load(release.manifest(), artifacts, first);
            ModelSet set = ModelFiles.load(release.manifest(), artifacts, second);
            first.close();
            float[] query =
                    set.sequence().orElseThrow().model().queries(new History[] {History.of(1)}, 1);
            assertThat(query).doesNotContain(0f, Float.NaN);
        }
    }

    @Test
    void underPressureTheGraphIsNotAsked() throws Exception {
        serving((live, recommender, memory) -> {
            look("pressed", 1, 5);
            try (Lease<ServingRelease> lease = live.lease()) {
                RecommendResponse cheaper =
                        shelf(recommender, lease.value(), "pressed", Effort.CHEAPER);
                assertThat(cheaper.servedBy()).isEqualTo("cheaper");
            }
        });
    }

    /**
     * Without the named cause an item scores lower than without another event of the same history:
     * shown by visitors who did the same but for one click. The cause is the sequence model's, so
     * scores are the blend's and not those of a ranker.
     */
    @Test
    void whatIsNamedAsTheReasonIsIt() throws Exception {
        serving((live, recommender, memory) -> {
            SplittableRandom random = new SplittableRandom(9);
            int faithful = 0;
            int unnamed = 0;
            int asked = 100;
            try (Lease<ServingRelease> lease = live.lease()) {
                ServingRelease unranked = lease.value().unranked();
                for (int i = 0; i < asked; i++) {
                    int[] items = random.ints(0, ChainShop.ITEMS).distinct().limit(5).toArray();
                    RecommendResponse answer =
                            clicked(recommender, unranked, "whole" + i, items, -1);
                    RecommendResponse.Result first = answer.results().getFirst();
                    assertThat(first.reasons()).startsWith("personal", "proposed-by:sequence");
                    if (first.reasons().size() == 2) {
                        // Nothing of the history speaks for it by itself.
                        unnamed++;
                        continue;
                    }
                    int named = place(items, first.reasons().get(2));
                    int other = (named + 1 + random.nextInt(items.length - 1)) % items.length;
                    double without =
                            score(
                                    clicked(recommender, unranked, "a" + i, items, named),
                                    first.id());
                    double withoutOther =
                            score(
                                    clicked(recommender, unranked, "b" + i, items, other),
                                    first.id());
                    faithful += without < withoutOther ? 1 : 0;
                }
            }
            assertThat(unnamed).isLessThanOrEqualTo(asked / 20);
            assertThat(faithful).isGreaterThanOrEqualTo((asked - unnamed) * 9 / 10);
        });
    }

    /** What somebody is shown who looked at these, but for one of them. */
    private static RecommendResponse clicked(
            Recommender recommender, ServingRelease release, String visitor, int[] items, int not) {
        for (int i = 0; i < items.length; i++) {
            if (i != not) {
                look(visitor, items[i], 100 - 10 * i);
            }
        }
        return recommender.recommend(
                release,
                ServingConfig.RECOMMENDED_FOR_YOU,
                new RecommendRequest(
                        visitor, "", List.of(), "", List.of(), ChainShop.ITEMS, "", 0, true));
    }

    private static int place(int[] items, String reason) {
        for (int i = 0; i < items.length; i++) {
            if (reason.equals("because-of:" + ChainShop.id(items[i]))) {
                return i;
            }
        }
        throw new AssertionError(reason + " is not of the history");
    }

    private static double score(RecommendResponse answer, String id) {
        return answer.results().stream()
                .filter(r -> r.id().equals(id) && r.reasons().contains("personal"))
                .mapToDouble(RecommendResponse.Result::score)
                .findFirst()
                .orElse(0);
    }

    /** The old release is asked after a new one has come; then its memory is given back. */
    @Test
    void aSwapLeavesItsGraphToWhoeverIsStillAsking() throws Exception {
        Release next = again();
        serving((live, recommender, memory) -> {
            look("swapped", 4, 5);
            long one = memory.reserved();
            assertThat(one).isPositive();
            Lease<ServingRelease> old = live.lease();
            RecommendResponse before = shelf(recommender, old.value(), "swapped", Effort.FULL);
            live.promote(next.id(), "test", "");
            assertThat(memory.reserved()).isGreaterThan(one);
            assertThat(shelf(recommender, old.value(), "swapped", Effort.FULL)).isEqualTo(before);
            old.close();
            for (int i = 0; i < 100 && memory.reserved() > one * 3 / 2; i++) {
                Thread.sleep(50);
            }
            assertThat(memory.reserved()).isLessThan(one * 3 / 2);
            live.promote(release.id(), "test", "back");
            try (Lease<ServingRelease> lease = live.lease()) {
                assertThat(shelf(recommender, lease.value(), "swapped", Effort.FULL).results())
                        .isEqualTo(before.results());
            }
        });
    }
}
