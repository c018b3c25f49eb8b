package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Catalog;
import dev.vitrine.data.cleaning.SetAside;
import dev.vitrine.data.dataset.Dataset;
import dev.vitrine.data.dataset.DatasetBuilder;
import dev.vitrine.data.dataset.DatasetSettings;
import dev.vitrine.data.dataset.ItemNumbers;
import dev.vitrine.data.dataset.TypeWeights;
import dev.vitrine.data.event.EventStore;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.FeatureSettings;
import dev.vitrine.data.feature.ShopFeatures;
import dev.vitrine.data.split.Part;
import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.IndexEpoch;
import dev.vitrine.registry.release.ItemNumbering;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedReleases;
import dev.vitrine.retrieval.candidate.HistoryRecipe;
import dev.vitrine.retrieval.lexical.IndexBuilder;
import dev.vitrine.retrieval.session.NearestSessions;
import dev.vitrine.retrieval.session.SessionSearch;
import dev.vitrine.server.BuildVersion;
import dev.vitrine.server.Home;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.parallel.ParallelBlocks;
import dev.vitrine.training.spectral.FilterTable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * Makes a release from the log and the catalogue of a home directory: cleans, splits, fits, judges
 * beside popularity, chooses and calibrates on held-out behaviour, fits again on all of it, builds
 * the index, stores and registers. Reads beside the server that owns the home.
 */
final class ReleaseMaker {
    private static final System.Logger LOG = System.getLogger(ReleaseMaker.class.getName());

    /** Of the parameters of each model, what it was judged by. */
    private static final String SPLIT = "split";

    private static final String INDEX = "index";

    /** Events that are in the log already are not for replaying; by this name they are told. */
    private static final String SET_ASIDE = "dataset-cleaning";

    private static final Set<Part> ALL = Set.of(Part.TRAIN, Part.VALIDATION, Part.TEST);

    private static final DataSize SET_ASIDE_LIMIT = DataSize.ofMebibytes(256);

    /** Of the memory for objects, what the models of the live release may have beside ours. */
    private static final int RIVALS_SHARE = 4;

    private final Home home;
    private final MakerSettings settings;
    private final HomeKeys keys;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Progress progress;

    ReleaseMaker(
            Home home,
            MakerSettings settings,
            HomeKeys keys,
            InstantSource clock,
            Progress progress) {
        this(home, settings, keys, clock, System::nanoTime, progress);
    }

    /**
     * @param keys sign what is made
     * @param nanos a clock that only runs forwards, in nanoseconds, for what is bound in time
     */
    ReleaseMaker(
            Home home,
            MakerSettings settings,
            HomeKeys keys,
            InstantSource clock,
            LongSupplier nanos,
            Progress progress) {
        this.home = home;
        this.settings = settings;
        this.keys = keys;
        this.clock = clock;
        this.nanos = nanos;
        this.progress = progress;
    }

    /** Makes one and returns it registered and signed, not yet live. */
    Release make() throws IOException {
        try (Catalog catalog = Catalog.openReadOnly(home.catalog());
                EventStore events = EventStore.openReadOnly(home.root());
                ReleaseStore releases = settings.stores().releases(home, clock);
                ParallelBlocks parallel = new ParallelBlocks(settings.threads())) {
            Files.createDirectories(home.work());
            Path work = Files.createTempDirectory(home.work(), "release-");
            Path checkpoints = WorkFolders.checkpoints(home.work());
            try (SequenceFitter sequences =
                    new SequenceFitter(settings, checkpoints, work, nanos, progress)) {
                Release release = make(catalog, events, releases, parallel, sequences, work);
                sequences.forgetCheckpoints();
                return release;
            } finally {
                WorkFolders.delete(work);
            }
        }
    }

    private Release make(
            Catalog catalog,
            EventStore events,
            ReleaseStore releases,
            ParallelBlocks parallel,
            SequenceFitter sequences,
            Path work)
            throws IOException {
        long sequence = catalog.sequence();
        long offset = events.log().endOffset();
        Dataset dataset = dataset(catalog, events, offset);
        ModelFitter fitter = new ModelFitter(settings, parallel, progress);
        Optional<ModelSet.Content> content = fitter.content(catalog);
        CatalogFeatures features = CatalogFeatures.of(catalog);
        TypeWeights weights = TypeWeights.graded();
        ArtifactStore artifacts = settings.stores().artifacts(home, clock);
        SignedReleases signed = keys.of(releases, artifacts);
        CatalogFacts facts = Replay.facts(catalog);
        LiveRival rival =
                new LiveRival(
                        rival(signed, releases),
                        artifacts,
                        catalog,
                        facts,
                        events,
                        offset,
                        Runtime.getRuntime().maxMemory() / RIVALS_SHARE,
                        work,
                        progress);
        LogIterator log = new LogIterator(events.read(0), offset);
        Replay replay = new Replay(log, FeatureSettings.defaults(), catalog::numberOf, facts);
        Trial.Outcome outcome;
        try (log;
                RankerFitter rankers =
                        new RankerFitter(
                                dataset,
                                replay,
                                clicks(catalog, events, offset, dataset),
                                parallel,
                                work,
                                progress);
                PairFitter pairs =
                        new PairFitter(sequences::engine, parallel, nanos, work, progress)) {
            outcome =
                    new Trial(
                                    dataset,
                                    content,
                                    fitter,
                                    sequences,
                                    rankers,
                                    pairs,
                                    replay,
                                    features,
                                    new Judging(facts, rival, settings, parallel, progress),
                                    settings,
                                    weights,
                                    HistoryRecipe.DEFAULT)
                            .run(progress);
        }
        Optional<ModelSet.Behaviour> behaviour =
                fitter.behaviour(dataset, ALL, weights, features)
                        .map(all ->
                                all.with(all.sessions().map(s -> searched(s, outcome.sessions()))));
        SequenceFitter.Result next =
                outcome.sequence() instanceof Trial.Sequence.Kept kept && behaviour.isPresent()
                        ? sequences.release(
                                dataset,
                                ALL,
                                weights,
                                behaviour.get().factors(),
                                features,
                                kept.curve())
                        : new SequenceFitter.Result.LeftOut(outcome.sequence().reason());
        ModelSet set = new ModelSet(behaviour, content, next.found()).weighing(outcome.blend());
        Map<String, String> leftOut = new HashMap<>();
        Map<String, String> curves = new HashMap<>();
        if (next instanceof SequenceFitter.Result.LeftOut none) {
            leftOut.put(ModelSet.SEQUENCE, none.reason());
            outcome.sequence()
                    .tried()
                    .ifPresent(curve -> curves.put(ModelSet.SEQUENCE, curve.text()));
        }
        if (set.behaviour().isPresent() && set.behaviour().get().sessions().isEmpty()) {
            leftOut.put(
                    ModelSet.SESSIONS,
                    behaviour.get().sessions().isPresent()
                            ? "the blend is no better with them"
                            : "nobody turned to two products");
        }
        Optional<Map<String, String>> ranker = ranker(outcome, set, leftOut);
        Optional<Map<String, String>> pairs = pairs(outcome, set, leftOut);
        ModelFiles.save(set, work);
        IndexEpoch index = index(catalog, sequence, work, artifacts);
        SearchEncoderFitter.Result encoder =
                new SearchEncoderFitter(
                                settings,
                                settings.searchEncoder()
                                        .flatMap(releases::newest)
                                        .map(model ->
                                                keys.models(releases, artifacts).admit(model.ref()))
                                        .filter(SearchEncoderFiles::isEncoder),
                                work,
                                nanos,
                                progress)
                        .fit(
                                catalog,
                                dataset,
                                searches(catalog, events, offset, dataset),
                                work.resolve(INDEX));
        Map<String, Map<String, String>> parameters =
                parameters(set, next, outcome.sequence().tried(), dataset, fitter, weights);
        ranker.ifPresent(own -> parameters.put(ModelSet.RANKER, own));
        pairs.ifPresent(own -> parameters.put(ModelSet.PAIRS, own));
        Map<String, Map<String, Double>> metrics = new HashMap<>(outcome.metrics());
        switch (encoder) {
            case SearchEncoderFitter.Result.Fitted fitted -> {
                parameters.put(ModelSet.ENCODER, fitted.parameters());
                metrics.put(ModelSet.ENCODER, fitted.metrics());
            }
            case SearchEncoderFitter.Result.LeftOut none ->
                    leftOut.put(ModelSet.ENCODER, none.reason());
        }
        Map<String, ModelVersion> models =
                register(parameters, dataset, metrics, work, artifacts, releases);
        Map<String, Double> thresholds = new HashMap<>();
        outcome.blend().forEach((part, weight) -> thresholds.put("blend." + part, (double) weight));
        thresholds.putAll(outcome.figures());
        Map<String, List<Double>> calibration = new HashMap<>();
        outcome.calibration().forEach((name, value) -> calibration.put(name, List.of(value)));
        // After the index was built, whose reading may have met products that came meanwhile.
        int numbers = catalog.numbers();
        ItemNumbering numbering = new ItemNumbering(numbers, catalog.fingerprint(numbers));
        Release release =
                signed.register(
                        new ReleaseDraft(clock.instant(), settings.maker(), index)
                                .models(models)
                                .logOffset(offset)
                                .dataset(dataset.hash())
                                .featureContract(ShopFeatures.CONTRACT)
                                .thresholds(thresholds)
                                .calibration(calibration)
                                .leftOut(leftOut)
                                .judgement(outcome.judgement().withCurves(curves))
                                .items(numbering)
                                .manifest(),
                        keys.signer());
        progress.start("release", "", 0);
        progress.finish(release.id());
        return release;
    }

    private static NearestSessions searched(
            NearestSessions sessions, Optional<SessionSearch> found) {
        return found.map(sessions::searchedBy).orElse(sessions);
    }

    /** The live release, where it is what was signed: nothing else is read, not even to compare. */
    private static Optional<Release> rival(SignedReleases signed, ReleaseStore releases) {
        try {
            return releases.liveId().map(id -> signed.admit(id).release());
        } catch (VitrineException e) {
            LOG.log(System.Logger.Level.WARNING, "not compared: {0}", e.getMessage());
            return Optional.empty();
        }
    }

    /**
     * How the ranker was fitted, where there is one that fits to the models of the release.
     *
     * @param leftOut is told why there is none
     */
    static Optional<Map<String, String>> ranker(
            Trial.Outcome outcome, ModelSet set, Map<String, String> leftOut) {
        return switch (outcome.ranker()) {
            case RankerFitter.Result.LeftOut none -> {
                leftOut.put(ModelSet.RANKER, none.reason());
                yield Optional.empty();
            }
            case RankerFitter.Result.Fitted fitted ->
                    fitting(
                            ModelSet.RANKER,
                            fitted.ranker().features().parts(),
                            fitted.parameters(),
                            outcome,
                            set,
                            leftOut);
        };
    }

    /** The same of the model of pairs. */
    static Optional<Map<String, String>> pairs(
            Trial.Outcome outcome, ModelSet set, Map<String, String> leftOut) {
        return switch (outcome.pairs()) {
            case PairFitter.Result.LeftOut none -> {
                leftOut.put(ModelSet.PAIRS, none.reason());
                yield Optional.empty();
            }
            case PairFitter.Result.Fitted fitted ->
                    fitting(
                            ModelSet.PAIRS,
                            fitted.model().features().parts(),
                            fitted.parameters(),
                            outcome,
                            set,
                            leftOut);
        };
    }

    /** The parameters of a model that goes by scores of others, where these are all there. */
    private static Optional<Map<String, String>> fitting(
            String role,
            List<String> parts,
            Map<String, String> parameters,
            Trial.Outcome outcome,
            ModelSet set,
            Map<String, String> leftOut) {
        List<String> missing = new ArrayList<>(parts);
        set.personal(outcome.blend()).parts().forEach(part -> missing.remove(part.name()));
        if (missing.isEmpty()) {
            return Optional.of(parameters);
        }
        leftOut.put(role, "it goes by " + missing + ", which was left out");
        return Optional.empty();
    }

    private Dataset dataset(Catalog catalog, EventStore events, long until) throws IOException {
        DatasetBuilder builder = new DatasetBuilder(home.datasets(), DatasetSettings.DEFAULTS);
        ItemNumbers items =
                new ItemNumbers(catalog::numberOf, catalog.numbers(), catalog.sequence());
        forgetSetAside();
        try (SetAside aside = SetAside.in(home.setAside(), SET_ASIDE, SET_ASIDE_LIMIT)) {
            return builder.build(
                    () -> new LogIterator(events.read(0), until), items, aside, progress);
        }
    }

    /** Lists that were shown in the validation part and clicks on them, without robots either. */
    private static ShopClicks clicks(
            Catalog catalog, EventStore events, long until, Dataset dataset) {
        try (LogIterator log = new LogIterator(events.read(0), until)) {
            return ShopClicks.read(
                    log,
                    catalog::numberOf,
                    person -> person != 0 && dataset.person(person) >= 0,
                    dataset.latest(Set.of(Part.TRAIN)) + 1,
                    dataset.latest(Set.of(Part.VALIDATION)));
        }
    }

    /** What people searched for and chose, but for those whom the cleaning took for robots. */
    private static List<SearchLog.Search> searches(
            Catalog catalog, EventStore events, long until, Dataset dataset) {
        try (LogIterator log = new LogIterator(events.read(0), until)) {
            return SearchLog.read(
                    log, catalog::numberOf, person -> person != 0 && dataset.person(person) >= 0);
        }
    }

    /** What the cleaning before set aside is found again by this one, or no longer. */
    private void forgetSetAside() throws IOException {
        if (!Files.isDirectory(home.setAside())) {
            return;
        }
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(home.setAside(), SET_ASIDE + "*")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        }
    }

    /**
     * How each model of a set was fitted.
     *
     * @param trial how the sequence model got better when it was tried
     */
    private static Map<String, Map<String, String>> parameters(
            ModelSet set,
            SequenceFitter.Result next,
            Optional<LearningCurve> trial,
            Dataset dataset,
            ModelFitter fitter,
            TypeWeights weights) {
        Map<String, Map<String, String>> parameters = new HashMap<>();
        if (set.behaviour().isPresent()) {
            parameters.put(ModelSet.LINEAR, fitter.linearParameters(dataset.matrix(ALL, weights)));
            if (set.behaviour().get().filter().isPresent()) {
                parameters.put(ModelSet.FILTER, Map.of("settings", FilterTable.DEFAULT.toString()));
            }
            parameters.put(
                    ModelSet.FACTORS,
                    Map.of(
                            "settings",
                            dev.vitrine.training.factorization.FactorSettings.DEFAULT.toString()));
            parameters.put(ModelSet.NEIGHBOURS, Map.of("similarity", "cosine"));
            set.behaviour()
                    .get()
                    .sessions()
                    .ifPresent(sessions ->
                            parameters.put(
                                    ModelSet.SESSIONS,
                                    Map.of(
                                            "settings",
                                            sessions.search().toString(),
                                            "sessions",
                                            Integer.toString(sessions.size()),
                                            "products",
                                            Integer.toString(sessions.entries()))));
        }
        if (set.content().isPresent()) {
            parameters.put(ModelSet.CONTENT, Map.of("dimensions", "64"));
        }
        if (next instanceof SequenceFitter.Result.Fitted fitted) {
            Map<String, String> told = new TreeMap<>(fitted.parameters());
            trial.ifPresent(curve -> told.put("curve", curve.text()));
            parameters.put(ModelSet.SEQUENCE, told);
        }
        return parameters;
    }

    private Map<String, ModelVersion> register(
            Map<String, Map<String, String>> parameters,
            Dataset dataset,
            Map<String, Map<String, Double>> metrics,
            Path work,
            ArtifactStore artifacts,
            ReleaseStore releases) {
        Map<String, ModelVersion> models = new HashMap<>();
        String split = split(dataset);
        progress.start("storing models", "models", parameters.size());
        for (Map.Entry<String, Map<String, String>> model : parameters.entrySet()) {
            String role = model.getKey();
            ArtifactHash artifact = artifacts.put(work.resolve(role));
            Map<String, String> told = new TreeMap<>(model.getValue());
            told.put(SPLIT, split);
            models.put(
                    role,
                    releases.register(
                            new ModelManifest(
                                    role,
                                    role,
                                    artifact,
                                    dataset.hash(),
                                    BuildVersion.text(),
                                    told,
                                    metrics.getOrDefault(role, Map.of()),
                                    List.of(),
                                    clock.instant(),
                                    settings.maker())));
            progress.advance(models.size());
        }
        progress.finish(models.size() + " models");
        return models;
    }

    /** The protocol by which parts were divided, and where each ends. */
    static String split(Dataset dataset) {
        StringBuilder split = new StringBuilder(dataset.manifest().split().toString());
        for (Part part : Part.values()) {
            long end = dataset.latest(Set.of(part));
            if (end != Long.MIN_VALUE) {
                split.append(", ")
                        .append(part.name().toLowerCase(Locale.ROOT))
                        .append(" to ")
                        .append(Instant.ofEpochMilli(end));
            }
        }
        return split.toString();
    }

    private IndexEpoch index(Catalog catalog, long sequence, Path work, ArtifactStore artifacts)
            throws IOException {
        Path directory = work.resolve(INDEX);
        progress.start("index", "products", catalog.size());
        AtomicInteger done = new AtomicInteger();
        try (IndexBuilder builder = IndexBuilder.create(directory)) {
            catalog.scan(change -> {
                builder.add(change);
                progress.advance(done.incrementAndGet());
            });
            builder.finish(sequence);
        }
        ArtifactHash artifact = artifacts.put(directory);
        progress.finish(done.get() + " products");
        return new IndexEpoch(artifact, sequence);
    }
}
