package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.server.Home;
import dev.vitrine.server.audit.KeptTrail;
import dev.vitrine.server.rollout.AtOnce;
import dev.vitrine.server.rollout.ComparedAnswers;
import dev.vitrine.server.rollout.Interposed;
import dev.vitrine.server.rollout.NodeIdentity;
import dev.vitrine.server.rollout.Rollouts;
import dev.vitrine.server.rollout.Visitor;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.stores.Stores;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two releases of one shop, to be rolled out while visitors ask. */
abstract class TwoReleases {
    static final int VISITORS = 2_000;
    static final long PATIENCE_NANOS = 120_000_000_000L;

    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    @TempDir private Path folder;
    private final SimulatedShop simulated =
            new SimulatedShop(5, SimulationSettings.of(40, 20, 200, NOW));
    Home home;
    Release first;
    Release second;
    KeptTrail audit = new KeptTrail();

    /** For releases of products alone. */
    private record NoGraphs() implements GraphHost.Opened {
        @Override
        public ModelFiles.OpenGraph open(ModelVersion model, Path graph) {
            throw new AssertionError("no graph is in it");
        }

        @Override
        public void close() {}
    }

    /** What a release does with a request. */
    interface Behaviour {
        List<String> answer(boolean candidate, int request);
    }

    @BeforeEach
    void make() throws IOException {
        home = Home.open(folder.resolve("home"));
        first = ProductRelease.make(home, Stores.own(), simulated.products().subList(0, 20), NOW);
        second =
                ProductRelease.make(
                        home,
                        Stores.own(),
                        simulated.products().subList(20, 40),
                        NOW.plusSeconds(60));
        audit = new KeptTrail();
    }

    @AfterEach
    void close() {
        home.close();
    }

    Release third() throws IOException {
        return ProductRelease.make(
                home, Stores.own(), simulated.products().subList(20, 40), NOW.plusSeconds(120));
    }

    interface Asked {
        void ask(Rollouts rollouts) throws Exception;
    }

    void serving(Asked asked) {
        InstantSource clock = InstantSource.system();
        try (Shop shop = Shop.open(home, ShopSettings.defaults(), clock, Progress.NONE);
                ReleaseStore releases = ReleaseStore.open(home.registry(), clock);
                Rollouts rollouts =
                        new Rollouts(
                                shop,
                                releases,
                                new OpenDoor(releases),
                                new ReleaseLoader(
                                        home,
                                        ArtifactStore.open(home.artifacts(), clock),
                                        IndexSettings.DEFAULT,
                                        release -> new NoGraphs()),
                                audit,
                                clock,
                                AtOnce.LIMITS,
                                NodeIdentity.only())) {
            if (!rollouts.open()) {
                rollouts.promote(first.id(), "ada", "the first");
            }
            asked.ask(rollouts);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    RolloutPlan plan(String stages) {
        return plan(second, stages, "PT0S");
    }

    static RolloutPlan plan(Release release, String stages, String keepWarm) {
        return RolloutPlan.parse(
                "{\"release\":\""
                        + release.id()
                        + "\",\"stages\":["
                        + stages
                        + "],\"limits\":{\"keepWarm\":\""
                        + keepWarm
                        + "\"}}",
                "plan");
    }

    static String stage(String kind, double percent) {
        return "{\"kind\":\""
                + kind
                + "\",\"percent\":"
                + percent
                + ",\"minRequests\":2000,\"minTime\":\"PT0S\",\"maxTime\":\"PT10M\"}";
    }

    /**
     * Has visitors ask until something is so; each is answered by one release for as long as the
     * table stays as it is.
     *
     * @return how often each release answered
     */
    Map<String, Integer> shop(Rollouts rollouts, Behaviour behaviour, Predicate<Rollout> done) {
        Map<String, Integer> answers = new HashMap<>();
        SplittableRandom random = new SplittableRandom(7);
        try (ComparedAnswers compared = new ComparedAnswers(rollouts, Interposed.NOTHING)) {
            long end = System.nanoTime() + PATIENCE_NANOS;
            for (int request = 0; System.nanoTime() < end; request++) {
                int number = request;
                String visitor = "v" + random.nextInt(VISITORS);
                try {
                    compared.answer(
                            Visitor.of(visitor, "", () -> true),
                            (release, arm) -> {
                                answers.merge(release.id(), 1, Integer::sum);
                                return behaviour.answer(release.id().equals(second.id()), number);
                            },
                            ids -> new ComparedAnswers.Shown(ids, ids.isEmpty() ? 0 : 1));
                } catch (IllegalStateException e) {
                    answers.merge("failed", 1, Integer::sum);
                }
                if (request % 100 == 0 && rollouts.rollout().filter(done).isPresent()) {
                    return answers;
                }
            }
        }
        throw new AssertionError("not within the time: " + rollouts.rollout());
    }

    static Predicate<Rollout> ended() {
        return rollout -> rollout.state().isEnd();
    }

    static List<String> ten(int request) {
        return List.of("a" + request % 20, "b" + request % 20, "c" + request % 20);
    }

    /** What was kept with the only entry that begins so. */
    Map<String, String> evidence(String line) {
        List<Map<String, String>> found = new ArrayList<>();
        for (int i = 0; i < audit.lines.size(); i++) {
            if (audit.lines.get(i).startsWith(line)) {
                found.add(audit.evidence.get(i));
            }
        }
        assertThat(found).as("%s in %s", line, audit.lines).hasSize(1);
        return found.getFirst();
    }

    static void await(Rollouts rollouts, Predicate<Rollout> what) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (rollouts.rollout().filter(what).isEmpty()) {
            assertThat(System.nanoTime()).as("%s", rollouts.rollout()).isLessThan(end);
            Thread.sleep(5);
        }
    }
}
