package dev.vitrine.benchmarks.serving;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseDraft;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.vector.VectorTable;
import dev.vitrine.server.BuildVersion;
import dev.vitrine.server.Home;
import dev.vitrine.server.pipeline.ModelFiles;
import dev.vitrine.server.pipeline.ModelSet;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.signing.SigningSettings;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.ranking.CandidateTrees;
import dev.vitrine.training.sequence.SequenceSettings;
import dev.vitrine.training.sequence.SequenceTrainer;
import dev.vitrine.training.trees.BoostedTrees;
import dev.vitrine.training.trees.TreeRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Makes a release with a Transformer and a ranker of one that was trained, and makes it live.
 * Training keeps the two only where they help a shop; here they are there to be paid for: the
 * network has first values, the trees are fitted to made-up rows, and the items' vectors are the
 * directions of their factors. They cost what learned ones of the same shape cost.
 */
final class RankedRelease {
    private static final String MAKER = "benchmark";
    private static final long SEED = 64;

    /** What the Transformer, or each retriever, weighs at least. */
    private static final double LEAST = 0.5;

    private static final String BLEND = "blend.";
    private static final int LISTS = 400;
    private static final int LIST = 100;
    private static final int SEQUENCES = 200;
    private static final int LONG = 20;
    private static final int DRAWN = 1_000;

    /** The shape that the pipeline fits. */
    private static final SequenceSettings NETWORK =
            new SequenceSettings(
                    SequenceSettings.Kind.TRANSFORMER, 64, 2, 2, 128, 50, .2, .2, 16, 0, 0, 1024);

    private final Home home;
    private final Path work;
    private final InstantSource clock = InstantSource.system();
    private final Progress progress;

    private RankedRelease(Home home, Path work, Progress progress) {
        this.home = home;
        this.work = work;
        this.progress = progress;
    }

    /**
     * Does so in a home directory that no process has open, of the newest release that was trained.
     *
     * @param every whether every retriever is asked, also those to which training gave no weight:
     *     no release that training makes costs more
     * @param work an empty folder
     * @return names of the retrievers that are asked
     */
    static List<String> in(Path directory, boolean every, Path work, Progress progress)
            throws IOException {
        try (Home home = Home.open(directory)) {
            return new RankedRelease(home, work, progress).make(every);
        }
    }

    private List<String> make(boolean every) throws IOException {
        try (ReleaseStore releases = ReleaseStore.open(home.registry(), clock)) {
            ReleaseManifest trained =
                    releases.list().stream()
                            .map(Release::manifest)
                            .filter(manifest -> !manifest.createdBy().equals(MAKER))
                            .max(Comparator.comparing(ReleaseManifest::createdAt))
                            .orElseThrow(() -> new IllegalStateException("nothing was trained"));
            progress.start("Transformer and ranker", "", 0);
            ArtifactStore artifacts = ArtifactStore.open(home.artifacts(), clock);
            HomeKeys keys =
                    HomeKeys.open(
                            home,
                            SigningSettings.defaults(),
                            releases,
                            artifacts,
                            (who, action, subject, evidence) -> {},
                            clock);
            ModelSet set = ModelFiles.load(trained, artifacts, RetrievalRecall::unasked);
            ModelSet.Behaviour learned =
                    set.behaviour()
                            .orElseThrow(() -> new IllegalStateException("nothing was learned"));
            try (OnnxSession session = OnnxSession.open(graph(), SessionSettings.DEFAULT)) {
                ModelSet.Sequence sequence = sequence(learned.factorVectors(), session);
                ModelFiles.save(
                        new ModelSet(Optional.empty(), Optional.empty(), Optional.of(sequence)),
                        work);
            }
            Map<String, Double> thresholds = new HashMap<>(trained.thresholds());
            thresholds.merge(BLEND + ModelSet.SEQUENCE, LEAST, Math::max);
            List<String> parts = new ArrayList<>(List.of(ModelSet.SEQUENCE));
            for (String part :
                    List.of(
                            ModelSet.LINEAR,
                            ModelSet.FILTER,
                            ModelSet.FACTORS,
                            ModelSet.SESSIONS,
                            ModelSet.CONTENT)) {
                if (every && trained.models().containsKey(part)) {
                    thresholds.merge(BLEND + part, LEAST, Math::max);
                }
                if (thresholds.getOrDefault(BLEND + part, 0.0) > 0) {
                    parts.add(part);
                }
            }
            CandidateFeatures features = new CandidateFeatures(parts);
            ModelFiles.saveRanker(features, trees(features), work);
            Map<String, ModelVersion> models = new HashMap<>(trained.models());
            for (String role : List.of(ModelSet.SEQUENCE, ModelSet.RANKER)) {
                models.put(role, register(role, trained.dataset(), artifacts, releases));
            }
            Release ranked =
                    keys.of(releases, artifacts)
                            .register(
                                    ReleaseDraft.of(trained)
                                            .createdAt(clock.instant())
                                            .createdBy(MAKER)
                                            .models(models)
                                            .thresholds(thresholds)
                                            .leftOut(Map.of())
                                            .judgement(null)
                                            .manifest(),
                                    keys.signer());
            releases.compareAndSetLive(
                    releases.live().map(Release::id), ranked.id(), MAKER, "to be measured");
            progress.finish(ranked.id() + " of " + parts);
            return parts;
        }
    }

    private ModelVersion register(
            String role, String dataset, ArtifactStore artifacts, ReleaseStore releases) {
        return releases.register(
                new ModelManifest(
                        role,
                        role,
                        artifacts.put(work.resolve(role)),
                        dataset,
                        BuildVersion.text(),
                        Map.of("fitted", "to nothing: made to be measured"),
                        Map.of(),
                        List.of(),
                        clock.instant(),
                        MAKER));
    }

    private Path graph() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        int[][] sequences = new int[SEQUENCES][];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = random.ints(LONG, 0, DRAWN).toArray();
        }
        Path graph = work.resolve("first-values.onnx");
        try (Torch torch = Torch.open(1, TorchCache.folder())) {
            new SequenceTrainer(
                            torch,
                            NETWORK,
                            new FitSettings(1, 1, 1e-3, 1, 0, 5, SEED),
                            DRAWN,
                            sequences,
                            model -> 0,
                            Files.createDirectories(work.resolve("network")))
                    .export(graph);
        }
        return graph;
    }

    private ModelSet.Sequence sequence(VectorTable factors, OnnxSession session)
            throws IOException {
        int width = NETWORK.width();
        if (factors.dimensions() != width) {
            throw new IllegalStateException(
                    "factors have " + factors.dimensions() + " dimensions, expected " + width);
        }
        float[] vectors = new float[factors.capacity() * width];
        float[] own = new float[width];
        for (int item = 0; item < factors.capacity(); item++) {
            if (factors.read(item, own)) {
                double squares = 0;
                for (float component : own) {
                    squares += (double) component * component;
                }
                for (int d = 0; d < width && squares > 0; d++) {
                    vectors[item * width + d] = (float) (own[d] / Math.sqrt(squares));
                }
            }
        }
        SequenceModel model =
                new SequenceModel(
                        session::run, factors.capacity(), width, NETWORK.longest(), true, vectors);
        return new ModelSet.Sequence(
                work.resolve("first-values.onnx"), model, model.table(SEED), Optional.empty());
    }

    /** Fitted to lists in which labels follow two of the features, and chance. */
    private TreeEnsemble trees(CandidateFeatures features) {
        SplittableRandom random = new SplittableRandom(SEED);
        int width = features.names().size();
        float[] rows = new float[LISTS * LIST * width];
        float[] labels = new float[LISTS * LIST];
        int[] groups = new int[LISTS];
        Arrays.fill(groups, LIST);
        for (int row = 0; row < labels.length; row++) {
            for (int f = 0; f < width; f++) {
                rows[row * width + f] = (float) random.nextGaussian();
            }
            float sum = rows[row * width] + rows[row * width + width - 1];
            labels[row] = sum + random.nextGaussian() > 3 ? 1 : 0;
        }
        return BoostedTrees.fit(
                        CandidateTrees.settings(),
                        new TreeRows(features.names(), rows, labels, groups),
                        Progress.NONE)
                .ensemble();
    }
}
