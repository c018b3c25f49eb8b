package dev.vitrine.server.pipeline;

import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.LoggedEvent;
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
import dev.vitrine.server.stores.Stores;
import dev.vitrine.server.telemetry.ModelMeters;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.wiring.ServedModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** A home directory with a shop and a release made of it by the product's own pipeline. */
final class TrainedShop implements AutoCloseable {
    private final Path folder;
    private final InstantSource clock;
    private final Home home;
    private final Shop shop;
    private final Release release;
    private final List<String> steps = new ArrayList<>();

    /** Puts into a home directory what training is to find there. */
    interface Prepared {
        void in(Home home) throws IOException;
    }

    private TrainedShop(
            Path folder,
            List<Product> products,
            List<Event> events,
            Instant end,
            String searchEncoder,
            Prepared prepared)
            throws IOException {
        this.folder = folder;
        clock = InstantSource.fixed(end);
        home = Home.open(folder.resolve("home"));
        shop = Shop.open(home, ShopSettings.defaults(), clock, Progress.NONE);
        shop.upsert(products);
        shop.write(events);
        prepared.in(home);
        MakerSettings settings =
                MakerSettings.forMachine(1, 8L << 30).with(searchEncoder, Stores.own(), "ada");
        release =
                new ReleaseMaker(home, settings, OpenDoor.keys(home, clock), clock, told()).make();
    }

    static TrainedShop of(Path folder, List<Product> products, List<Event> events, Instant end)
            throws IOException {
        return new TrainedShop(folder, products, events, end, "", made -> {});
    }

    /** One that asks an imported encoder. */
    static TrainedShop of(
            Path folder,
            List<Product> products,
            List<Event> events,
            Instant end,
            String searchEncoder,
            Prepared prepared)
            throws IOException {
        return new TrainedShop(folder, products, events, end, searchEncoder, prepared);
    }

    private Progress told() {
        return new Progress() {
            @Override
            public void start(String step, String unit, long total) {
                steps.add(step);
            }

            @Override
            public void advance(long done) {}

            @Override
            public void finish(String summary) {
                steps.add(summary);
            }
        };
    }

    Home home() {
        return home;
    }

    Shop shop() {
        return shop;
    }

    Release release() {
        return release;
    }

    /** All events as the log has them. */
    List<LoggedEvent> log() {
        List<LoggedEvent> log = new ArrayList<>();
        try (EventCursor cursor = shop.events().read(0)) {
            while (cursor.next()) {
                log.add(cursor.event());
            }
        }
        return log;
    }

    /** What training said of its steps. */
    List<String> steps() {
        return steps;
    }

    interface Asked {
        void ask(ServingRelease release, Recommender recommender) throws Exception;
    }

    /** Loads the release as a server does, its graphs in the inference engine, and asks it. */
    void serving(Asked asked) throws Exception {
        serving(release, asked);
    }

    /** The same with another release of this home. */
    void serving(Release other, Asked asked) throws Exception {
        ArtifactStore artifacts = ArtifactStore.open(home.artifacts(), clock);
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), clock);
                ServedModels models =
                        new ServedModels(
                                releases,
                                artifacts,
                                folder.resolve("served-models"),
                                1L << 30,
                                new ModelMeters(registry),
                                new ModelStates(registry),
                                clock);
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
            live.promote(other.id(), "test", "");
            Recommender recommender =
                    new Recommender(
                            shop.catalog(),
                            shop.facts(),
                            shop.state(),
                            shop.popular(),
                            shop.shoppers(),
                            clock);
            try (Lease<ServingRelease> lease = live.lease()) {
                asked.ask(lease.value(), recommender);
            }
        }
    }

    @Override
    public void close() {
        shop.close();
        home.close();
    }
}
