package dev.vitrine.server;

import dev.vitrine.applications.recommend.AttributionTokens;
import dev.vitrine.applications.recommend.Effort;
import dev.vitrine.applications.recommend.Recommender;
import dev.vitrine.inference.host.MemoryBudget;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.lexical.IndexSettings;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.experiment.Experiments;
import dev.vitrine.server.grpc.GrpcServer;
import dev.vitrine.server.grpc.GrpcSettings;
import dev.vitrine.server.http.HttpServer;
import dev.vitrine.server.http.Ports;
import dev.vitrine.server.pipeline.ChildSettings;
import dev.vitrine.server.pipeline.ReleaseLoader;
import dev.vitrine.server.pipeline.Retention;
import dev.vitrine.server.pipeline.RetentionSettings;
import dev.vitrine.server.pipeline.TrainingProcess;
import dev.vitrine.server.pipeline.TrainingRunner;
import dev.vitrine.server.rollout.ComparedAnswers;
import dev.vitrine.server.rollout.Interposed;
import dev.vitrine.server.rollout.Rollouts;
import dev.vitrine.server.shop.Shop;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.telemetry.ModelMeters;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.telemetry.Telemetry;
import dev.vitrine.server.watch.EvaluationStore;
import dev.vitrine.server.watch.QualityWatch;
import dev.vitrine.server.wiring.AuditViews;
import dev.vitrine.server.wiring.CatalogChanges;
import dev.vitrine.server.wiring.CertificateAlerts;
import dev.vitrine.server.wiring.DataViews;
import dev.vitrine.server.wiring.EventIntake;
import dev.vitrine.server.wiring.ExperimentViews;
import dev.vitrine.server.wiring.ImportedLikelihoods;
import dev.vitrine.server.wiring.Jobs;
import dev.vitrine.server.wiring.ModelViews;
import dev.vitrine.server.wiring.PeopleRights;
import dev.vitrine.server.wiring.PinnedReleases;
import dev.vitrine.server.wiring.QualityViews;
import dev.vitrine.server.wiring.RecordedRequests;
import dev.vitrine.server.wiring.ReleaseGate;
import dev.vitrine.server.wiring.ReleaseViews;
import dev.vitrine.server.wiring.RolloutSignals;
import dev.vitrine.server.wiring.RolloutViews;
import dev.vitrine.server.wiring.ServedModels;
import dev.vitrine.server.wiring.ShopAnswers;
import dev.vitrine.server.wiring.ShopLadder;
import dev.vitrine.server.wiring.TrainingViews;
import dev.vitrine.server.wiring.WatchViews;
import io.micrometer.core.instrument.FunctionCounter;
import java.net.URI;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A running Vitrine: every part, made here and nowhere else, and closed in the reverse order. Reads
 * from top to bottom as the house does from the cellar up.
 */
public final class Vitrine implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Vitrine.class.getName());
    private static final String AUTOMATIC = "training";

    private final Deque<AutoCloseable> parts;
    private final ServerSettings settings;
    private final Shop shop;
    private final Rollouts live;
    private final TrainingRunner training;
    private final QualityWatch quality;
    private final HttpServer http;
    private final Optional<GrpcServer> grpc;

    private Vitrine(
            Deque<AutoCloseable> parts,
            Home home,
            ShopSettings shopSettings,
            ServerSettings settings,
            InstantSource clock,
            Progress progress,
            Interposed between) {
        this.parts = parts;
        Telemetry telemetry = owned(new Telemetry(clock));
        shop = owned(Shop.open(home, shopSettings, clock, progress));
        this.settings = settings;
        ReleaseStore releases = owned(settings.stores().releases(home, clock));
        ArtifactStore artifacts = settings.stores().artifacts(home, clock);
        IndexSettings index = IndexSettings.DEFAULT;
        ChainedAudit audit = owned(ChainedAudit.open(home, clock));
        HomeKeys keys = HomeKeys.open(home, settings.signing(), releases, artifacts, audit, clock);
        ReleaseGate gate =
                new ReleaseGate(
                        keys.of(releases, artifacts),
                        keys.models(releases, artifacts),
                        audit,
                        telemetry.registry());
        ServedModels models =
                owned(
                        new ServedModels(
                                releases,
                                gate,
                                home.root().resolve("served-models"),
                                Machine.memoryBytes() / 4,
                                settings.models(),
                                new ModelMeters(telemetry.registry()),
                                new ModelStates(telemetry.registry()),
                                clock));
        ReleaseLoader loader = new ReleaseLoader(home, artifacts, index, models.releaseGraphs());
        live = owned(rollouts(home, releases, gate, loader, audit, clock));
        live.open();
        training =
                owned(
                        runner(
                                home,
                                settings,
                                clock,
                                progress,
                                releases,
                                new Retention(home, releases, artifacts, audit, clock)));
        Jobs jobs = owned(new Jobs(clock));
        AttributionTokens tokens =
                AttributionTokens.open(home.root().resolve("attribution.key"), new SecureRandom());
        Recommender recommender =
                new Recommender(
                        shop.catalog(),
                        shop.facts(),
                        shop.state(),
                        shop.popular(),
                        shop.shoppers(),
                        clock);
        telemetry.health().check("release", live::problem);
        gauges(telemetry);
        telemetry.health().check("models", models::problem);
        gauges(telemetry, models.memory());
        Experiments experiments =
                owned(
                        new Experiments(
                                home.experiments(),
                                new PinnedReleases(live, releases),
                                shop.shoppers(),
                                audit,
                                clock,
                                new SecureRandom()));
        experiments.open();
        live.yieldTo(experiments::namingReleases);
        telemetry.gauge(
                "vitrine.experiments.running",
                "Experiments that answer visitors",
                experiments::running);
        ExperimentViews experimentViews = new ExperimentViews(experiments, clock);
        RolloutSignals rolloutSignals = new RolloutSignals(live, clock);
        rolloutSignals.meters(telemetry.registry());
        ShopLadder ladder = ladder(settings, telemetry);
        quality =
                owned(
                        new QualityWatch(
                                shop,
                                live::lease,
                                releases::find,
                                tokens::find,
                                ladder::isPressed,
                                settings.watch(),
                                EvaluationStore.open(home.evaluations()),
                                clock));
        QualityViews qualityViews = new QualityViews(quality);
        qualityViews.gauges(telemetry);
        EventIntake intake =
                new EventIntake(
                        shop, tokens, live::turnedTo, experiments::happened, telemetry.registry());
        RecordedRequests recorded = new RecordedRequests();
        live.warmBy(recorded::warm);
        Ports ports =
                new Ports(
                        new ShopAnswers(
                                shop,
                                live,
                                owned(new ComparedAnswers(live, between)),
                                experiments,
                                recommender,
                                tokens,
                                ladder,
                                owned(new ImportedLikelihoods(models, releases, artifacts)),
                                recorded),
                        intake,
                        new CatalogChanges(shop),
                        new PeopleRights(shop, jobs),
                        jobs,
                        new ReleaseViews(releases, artifacts, live),
                        new ModelViews(releases, artifacts),
                        new DataViews(shop, releases, jobs, intake::refused),
                        new TrainingViews(training),
                        new WatchViews(
                                telemetry.health(),
                                training,
                                live,
                                releases,
                                audit,
                                qualityViews,
                                List.of(
                                        rolloutSignals::alerts,
                                        experimentViews::alerts,
                                        new CertificateAlerts(keys, clock)::alerts)),
                        qualityViews,
                        new RolloutViews(live),
                        experimentViews,
                        new AuditViews(audit),
                        models);
        models.begin();
        http = owned(HttpServer.start(settings.http(), settings.access(), telemetry, ports));
        grpc =
                GrpcServer.start(
                        settings.host(),
                        settings.grpcPort(),
                        settings.port(),
                        GrpcSettings.defaults(),
                        settings.access(),
                        telemetry,
                        audit,
                        http.bodies(),
                        models);
        grpc.ifPresent(this::owned);
        Thread.ofPlatform().name("audit-check").daemon().start(audit::verify);
        Thread.ofPlatform().name("model-loader").daemon().start(models::loadAll);
        snapshots();
    }

    /**
     * Starts on an open home directory: listens at once, and answers as soon as a release is live.
     *
     * @throws dev.vitrine.kernel.error.VitrineException saying what keeps it from starting
     */
    public static Vitrine start(
            Home home,
            ShopSettings shop,
            ServerSettings settings,
            InstantSource clock,
            Progress progress) {
        return start(home, shop, settings, clock, progress, Interposed.NOTHING);
    }

    /**
     * As above, with something between releases and those whom they answer; for tests and
     * measurements, which have a release do harm.
     */
    public static Vitrine start(
            Home home,
            ShopSettings shop,
            ServerSettings settings,
            InstantSource clock,
            Progress progress,
            Interposed between) {
        Deque<AutoCloseable> parts = new ArrayDeque<>();
        try {
            return new Vitrine(parts, home, shop, settings, clock, progress, between);
        } catch (RuntimeException e) {
            closeAll(parts);
            throw e;
        }
    }

    private Rollouts rollouts(
            Home home,
            ReleaseStore releases,
            ReleaseGate gate,
            ReleaseLoader loader,
            ChainedAudit audit,
            InstantSource clock) {
        return new Rollouts(
                shop,
                releases,
                gate,
                loader,
                audit,
                clock,
                settings.rollout().limits(),
                settings.identity(home));
    }

    private TrainingRunner runner(
            Home home,
            ServerSettings settings,
            InstantSource clock,
            Progress progress,
            ReleaseStore releases,
            Retention retention) {
        ChildSettings child =
                ChildSettings.forMachine(
                        settings.searchEncoder(), settings.signing(), settings.stores());
        Optional<Release> last = live.id().flatMap(releases::find);
        return new TrainingRunner(
                new TrainingProcess(home, child),
                settings.schedule(),
                () -> shop.events().log().endOffset(),
                release -> {
                    live.trained(release, settings.rollout(), AUTOMATIC);
                    letGo(retention, settings.retention(), releases.isShared());
                },
                clock,
                progress,
                last.map(r -> r.manifest().createdAt().toEpochMilli()).orElse(0L),
                last.map(r -> r.manifest().logOffset()).orElse(0L));
    }

    /** What cannot be removed now is removed after the next training. */
    private static void letGo(Retention retention, RetentionSettings settings, boolean shared) {
        if (settings.isAutomatic(shared)) {
            try {
                retention.run(settings.keep(), settings.age(), AUTOMATIC);
            } catch (VitrineException e) {
                LOG.log(System.Logger.Level.WARNING, "nothing was collected: {0}", e.getMessage());
            }
        }
    }

    private void gauges(Telemetry telemetry) {
        telemetry.gauge("vitrine.products", "Live products", () -> shop.catalog().size());
        telemetry.gauge(
                "vitrine.log.end", "Events ever logged", () -> shop.events().log().endOffset());
        telemetry.gauge(
                "vitrine.shoppers", "Shoppers in memory", () -> shop.state().counts().shoppers());
        telemetry.gauge(
                "vitrine.events.since.training",
                "Events since the data of the live release",
                training::newEvents);
    }

    private static void gauges(Telemetry telemetry, MemoryBudget models) {
        telemetry.gauge(
                "vitrine.models.memory.reserved.bytes",
                "Memory that loaded models take, measured",
                models::reserved);
        telemetry.gauge(
                "vitrine.models.memory.reserved.max.bytes",
                "The most memory that was reserved for models at once",
                models::mostReserved);
        telemetry.gauge(
                "vitrine.models.memory.limit.bytes", "Memory that models may take", models::limit);
    }

    private static ShopLadder ladder(ServerSettings settings, Telemetry telemetry) {
        ShopLadder ladder =
                new ShopLadder(
                        Runtime.getRuntime().availableProcessors(),
                        settings.models().ladder(),
                        System::nanoTime);
        telemetry.gauge("vitrine.shop.inside", "Shelves in work", ladder::inside);
        telemetry.gauge(
                "vitrine.shop.limit", "Shelves that may be in work, as learned", ladder::limit);
        telemetry.gauge(
                "vitrine.shop.ladder.step",
                "How much work a shelf may be: 0 all, 1 cheaper, 2 popular",
                ladder::step);
        for (Effort effort : Effort.values()) {
            FunctionCounter.builder("vitrine.shop.shelves", ladder, l -> l.answered(effort))
                    .description("Shelves that were answered, by the step of the ladder")
                    .tag("step", effort.name().toLowerCase(Locale.ROOT))
                    .register(telemetry.registry());
        }
        return ladder;
    }

    private void snapshots() {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().daemon().name("state-snapshots").factory());
        long every = shop.settings().snapshotEvery().toSeconds();
        timer.scheduleWithFixedDelay(shop::snapshot, every, every, TimeUnit.SECONDS);
        owned(timer::shutdownNow);
    }

    /**
     * Makes the first release when none is live, then keeps to the schedule; leaves both to others
     * where they share the registry and this one is set not to train.
     */
    public void train() {
        if (!settings.trains()) {
            return;
        }
        if (live.isFirst()) {
            training.runNow();
        }
        training.start();
        quality.start();
    }

    public Shop shop() {
        return shop;
    }

    public Rollouts live() {
        return live;
    }

    public TrainingRunner training() {
        return training;
    }

    /** Where it can be reached. */
    public URI uri() {
        return http.uri();
    }

    /** Where gRPC can be reached, such as {@code 127.0.0.1:9080}; empty where it is off. */
    public Optional<String> grpcAddress() {
        return grpc.map(GrpcServer::address);
    }

    private <T extends AutoCloseable> T owned(T part) {
        parts.push(part);
        return part;
    }

    @Override
    public void close() {
        closeAll(parts);
    }

    private static void closeAll(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.log(System.Logger.Level.WARNING, "closing " + part.getClass().getName(), e);
            }
        }
    }
}
