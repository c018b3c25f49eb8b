package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.applications.recommend.ServingConfig;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.data.simulation.SimulatedShop;
import dev.vitrine.data.simulation.SimulationSettings;
import dev.vitrine.data.simulation.Truth;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A tenth of a simulated shop's products come after the release, by title and description alone,
 * and nobody has met them. The truth is known: a shopper likes the kinds of at most five shelves.
 */
class NewProductTest {
    private static final Instant END = Instant.parse("2026-06-01T12:00:00Z");
    private static final InstantSource CLOCK = InstantSource.fixed(END);
    private static final int SHOPPERS_ASKED = 400;
    private static final int FEWEST_MET = 3;
    private static final int SHOWN = 10;

    private Instant now = END;

    private final SimulatedShop simulated =
            new SimulatedShop(5, SimulationSettings.of(1_500, 2_000, 80_000, END));
    private final Truth truth = simulated.truth();
    private final Map<String, Integer> items = new HashMap<>();
    private final Set<String> late = new HashSet<>();

    @TempDir private Path folder;

    @Test
    void productsThatCameWithTextAloneAreShownToThoseWhoLikeTheirKind() throws Exception {
        SplittableRandom random = new SplittableRandom(11);
        for (Product product : simulated.products()) {
            items.put(product.id(), items.size());
            if (random.nextInt(10) == 0) {
                late.add(product.id());
            }
        }
        try (Home home = Home.open(folder.resolve("home"));
                Shop shop = Shop.open(home, ShopSettings.defaults(), CLOCK, Progress.NONE)) {
            shop.upsert(simulated.products().stream().filter(p -> !isLate(p)).toList());
            List<String> visitors = write(shop);
            Release release =
                    new ReleaseMaker(
                                    home,
                                    MakerSettings.forMachine(2, 8L << 30),
                                    OpenDoor.keys(home, CLOCK),
                                    CLOCK,
                                    () -> 0,
                                    Progress.NONE)
                            .make();
            serve(home, shop, release, visitors);
        }
    }

    private boolean isLate(Product product) {
        return late.contains(product.id());
    }

    private int item(String id) {
        return items.getOrDefault(id, -1);
    }

    /**
     * Writes what concerns none of the late products; gives visitors who met some of the others.
     */
    private List<String> write(Shop shop) {
        Map<String, Set<String>> met = new LinkedHashMap<>();
        List<Event> batch = new ArrayList<>();
        Iterator<Event> events = simulated.events();
        while (events.hasNext()) {
            Event event = events.next();
            if (event.products().stream().noneMatch(p -> late.contains(p.id()))) {
                batch.add(event);
                if (truth.shopper(event.visitorId()) >= 0) {
                    event.products().stream()
                            .map(ProductDetail::id)
                            .forEach(
                                    met.computeIfAbsent(event.visitorId(), v -> new HashSet<>())
                                            ::add);
                }
            }
        }
        shop.write(batch);
        return met.entrySet().stream()
                .filter(e -> e.getValue().size() >= FEWEST_MET)
                .map(Map.Entry::getKey)
                .limit(SHOPPERS_ASKED)
                .toList();
    }

    private void serve(Home home, Shop shop, Release release, List<String> visitors)
            throws IOException {
        ArtifactStore artifacts = ArtifactStore.open(home.artifacts(), CLOCK);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), CLOCK);
                ServedModels models =
                        new ServedModels(
                                releases,
                                artifacts,
                                folder.resolve("served-models"),
                                1L << 30,
                                new ModelMeters(registry),
                                new ModelStates(registry),
                                CLOCK);
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
                            () -> now);
            shop.upsert(
                    simulated.products().stream()
                            .filter(this::isLate)
                            .map(NewProductTest::byTextAlone)
                            .toList());
            try (Lease<ServingRelease> lease = live.lease()) {
                lease.value().index().refresh();
                now = END.plusSeconds(60);
                judge(recommender, lease.value(), visitors);
            }
        }
    }

    private static Product byTextAlone(Product product) {
        return Product.builder(product.id())
                .title(product.title())
                .description(product.description())
                .publishedAt(END.toEpochMilli())
                .build();
    }

    private void judge(Recommender recommender, ServingRelease release, List<String> visitors) {
        double liked = 0;
        double byChance = 0;
        double newAmongAll = 0;
        double likedAmongAll = 0;
        for (String visitor : visitors) {
            int shopper = truth.shopper(visitor);
            String filter = "publishedAt >= " + END.toEpochMilli();
            List<RecommendResponse.Result> shelf = shelf(recommender, release, visitor, filter);
            assertThat(shelf).hasSize(SHOWN).allMatch(r -> late.contains(r.id()));
            liked += shelf.stream().filter(r -> likes(shopper, r.id())).count();
            byChance +=
                    SHOWN
                            * late.stream().filter(id -> likes(shopper, id)).count()
                            / (double) late.size();
            for (RecommendResponse.Result result : shelf(recommender, release, visitor, "")) {
                if (late.contains(result.id())) {
                    newAmongAll++;
                    likedAmongAll += likes(shopper, result.id()) ? 1 : 0;
                }
            }
        }
        double shown = SHOWN * visitors.size();
        // Nobody has met these products: by popularity all are equal, and chance decides.
        assertThat(liked / shown).isGreaterThan(5 * byChance / shown);
        // Beside all other products they have about their share of the places, and deserve it.
        assertThat(newAmongAll / shown).isBetween(.02, .3);
        assertThat(likedAmongAll / newAmongAll).isGreaterThan(.6);
    }

    private boolean likes(int shopper, String id) {
        return truth.likesKind(shopper, item(id));
    }

    private static List<RecommendResponse.Result> shelf(
            Recommender recommender, ServingRelease release, String visitor, String filter) {
        return recommender
                .recommend(
                        release,
                        ServingConfig.RECOMMENDED_FOR_YOU,
                        new RecommendRequest(
                                visitor, "", List.of(), filter, List.of(), SHOWN, "", 0, false))
                .results();
    }
}
