package dev.vitrine.server.pipeline;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.ranking.CandidateFeatures;
import dev.vitrine.retrieval.ranking.CandidateRanker;
import dev.vitrine.retrieval.ranking.Isotonic;
import dev.vitrine.retrieval.ranking.PairFeatures;
import dev.vitrine.retrieval.ranking.PairModel;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.session.NearestSessions;
import dev.vitrine.retrieval.table.ContentModel;
import dev.vitrine.retrieval.table.FactorModel;
import dev.vitrine.retrieval.table.FeatureVectors;
import dev.vitrine.retrieval.table.ItemTable;
import dev.vitrine.retrieval.vector.VectorTable;
import dev.vitrine.training.trees.TreeGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/** How the models of a release lie in artefacts: one folder a model. */
public final class ModelFiles {
    private static final System.Logger LOG = System.getLogger(ModelFiles.class.getName());
    private static final String TABLE = "items.table";
    static final String MODEL = "model.table";
    private static final String VECTORS = "vectors.table";
    private static final String FEATURES = "features.table";
    static final String GRAPH = "graph.onnx";

    /** A shelf does not wait longer for a turn; it is filled without the graph then. */
    private static final Duration LONGEST = Duration.ofMillis(250);

    private ModelFiles() {}

    /** Writes each model of a set into a folder of its role under {@code directory}. */
    public static void save(ModelSet set, Path directory) throws IOException {
        if (set.behaviour().isPresent()) {
            ModelSet.Behaviour learned = set.behaviour().get();
            learned.linear().save(folder(directory, ModelSet.LINEAR).resolve(TABLE));
            if (learned.filter().isPresent()) {
                learned.filter().get().save(folder(directory, ModelSet.FILTER).resolve(TABLE));
            }
            learned.neighbours().save(folder(directory, ModelSet.NEIGHBOURS).resolve(TABLE));
            if (learned.sessions().isPresent()) {
                learned.sessions().get().save(folder(directory, ModelSet.SESSIONS).resolve(MODEL));
            }
            Path factors = folder(directory, ModelSet.FACTORS);
            learned.factors().save(factors.resolve(MODEL));
            learned.factorVectors().save(factors.resolve(VECTORS));
            if (learned.cold().isPresent()) {
                learned.cold().get().save(factors.resolve(FEATURES));
            }
        }
        if (set.content().isPresent()) {
            Path content = folder(directory, ModelSet.CONTENT);
            set.content().get().model().save(content.resolve(MODEL));
            set.content().get().vectors().save(content.resolve(VECTORS));
        }
        if (set.sequence().isPresent()) {
            Path sequence = folder(directory, ModelSet.SEQUENCE);
            Files.copy(set.sequence().get().graph(), sequence.resolve(GRAPH));
            set.sequence().get().model().save(sequence.resolve(MODEL));
            set.sequence().get().vectors().save(sequence.resolve(VECTORS));
            if (set.sequence().get().features().isPresent()) {
                set.sequence().get().features().get().save(sequence.resolve(FEATURES));
            }
        }
    }

    /**
     * Writes a ranker into a folder of its role under {@code directory}.
     *
     * @return that folder
     */
    public static Path saveRanker(CandidateFeatures features, TreeEnsemble trees, Path directory)
            throws IOException {
        Path folder = folder(directory, ModelSet.RANKER);
        TreeGraph.of(trees).save(folder.resolve(GRAPH));
        CandidateRanker.save(features, trees, folder.resolve(MODEL));
        return folder;
    }

    /**
     * Writes a model of pairs into a folder of its role under {@code directory}.
     *
     * @return that folder
     */
    public static Path savePairs(
            GraphBuilder graph,
            String name,
            PairFeatures features,
            Isotonic calibration,
            Path directory)
            throws IOException {
        Path folder = folder(directory, ModelSet.PAIRS);
        graph.save(folder.resolve(GRAPH));
        PairModel.save(name, features, calibration, folder.resolve(MODEL));
        return folder;
    }

    /** Makes a graph run that a release brings. */
    @FunctionalInterface
    public interface GraphOpener {
        /**
         * @param model whose graph it is
         * @param file the graph
         */
        OpenGraph open(ModelVersion model, Path file);
    }

    /** A graph that runs. */
    public interface OpenGraph {
        /**
         * @param longest that a run waits for its turn and takes
         */
        GraphRunner within(Duration longest);

        Signature signature();
    }

    private static Path folder(Path directory, String role) throws IOException {
        return Files.createDirectories(directory.resolve(role));
    }

    /**
     * Reads the models that a release names, each verified against its manifest.
     *
     * @param graphs opens what is a graph and no table
     */
    public static ModelSet load(
            ReleaseManifest release, ArtifactStore artifacts, GraphOpener graphs) {
        Map<String, ModelVersion> models = release.models();
        Optional<ModelSet.Content> content = Optional.empty();
        if (models.containsKey(ModelSet.CONTENT)) {
            Artifact files = open(models, ModelSet.CONTENT, artifacts);
            content =
                    Optional.of(
                            new ModelSet.Content(
                                    ContentModel.load(files.file(MODEL)),
                                    VectorTable.load(files.file(VECTORS))));
        }
        Optional<ModelSet.Behaviour> behaviour = Optional.empty();
        if (models.containsKey(ModelSet.FACTORS)) {
            Artifact factors = open(models, ModelSet.FACTORS, artifacts);
            behaviour =
                    Optional.of(
                            new ModelSet.Behaviour(
                                    ItemTable.load(
                                            open(models, ModelSet.LINEAR, artifacts).file(TABLE)),
                                    models.containsKey(ModelSet.FILTER)
                                            ? Optional.of(
                                                    ItemTable.load(
                                                            open(models, ModelSet.FILTER, artifacts)
                                                                    .file(TABLE)))
                                            : Optional.empty(),
                                    FactorModel.load(factors.file(MODEL)),
                                    VectorTable.load(factors.file(VECTORS)),
                                    ItemTable.load(
                                            open(models, ModelSet.NEIGHBOURS, artifacts)
                                                    .file(TABLE)),
                                    features(factors),
                                    models.containsKey(ModelSet.SESSIONS)
                                            ? Optional.of(
                                                    NearestSessions.load(
                                                            open(
                                                                            models,
                                                                            ModelSet.SESSIONS,
                                                                            artifacts)
                                                                    .file(MODEL)))
                                            : Optional.empty()));
        }
        Optional<ModelSet.Sequence> sequence = Optional.empty();
        if (models.containsKey(ModelSet.SEQUENCE)) {
            Artifact files = open(models, ModelSet.SEQUENCE, artifacts);
            Path graph = files.file(GRAPH);
            GraphRunner runner =
                    graphs.open(Objects.requireNonNull(models.get(ModelSet.SEQUENCE)), graph)
                            .within(LONGEST);
            sequence =
                    Optional.of(
                            new ModelSet.Sequence(
                                    graph,
                                    SequenceModel.load(files.file(MODEL), runner),
                                    VectorTable.load(files.file(VECTORS)),
                                    features(files)));
        }
        return new ModelSet(behaviour, content, sequence);
    }

    /**
     * Reads the ranker of a release; empty where it has none, and where it was fitted to features
     * that this version no longer computes: then the blend's order stands.
     */
    public static Optional<CandidateRanker> ranker(
            ReleaseManifest release, ArtifactStore artifacts, GraphOpener graphs) {
        return dispensable(release, ModelSet.RANKER, CandidateRanker::load, artifacts, graphs);
    }

    /**
     * Reads the model of pairs of a release; empty where it has none, and where it was fitted to
     * features that this version no longer computes: then the blend's calibrated score answers.
     */
    public static Optional<PairModel> pairs(
            ReleaseManifest release, ArtifactStore artifacts, GraphOpener graphs) {
        return dispensable(release, ModelSet.PAIRS, PairModel::load, artifacts, graphs);
    }

    private static <T> Optional<T> dispensable(
            ReleaseManifest release,
            String role,
            BiFunction<Path, GraphRunner, T> load,
            ArtifactStore artifacts,
            GraphOpener graphs) {
        ModelVersion version = release.models().get(role);
        if (version == null) {
            return Optional.empty();
        }
        Artifact files = artifacts.open(version.artifact());
        GraphRunner runner = graphs.open(version, files.file(GRAPH)).within(LONGEST);
        try {
            return Optional.of(load.apply(files.file(MODEL), runner));
        } catch (VitrineException e) {
            if (e.code() == RetrievalError.MODEL_FORMAT) {
                LOG.log(System.Logger.Level.WARNING, "{0} left out: {1}", role, e.getMessage());
                return Optional.empty();
            }
            throw e;
        }
    }

    /** None in a model whose products say nothing, or that was made before there were any. */
    private static Optional<FeatureVectors> features(Artifact model) {
        return model.manifest().files().stream().anyMatch(f -> f.path().equals(FEATURES))
                ? Optional.of(FeatureVectors.load(model.file(FEATURES)))
                : Optional.empty();
    }

    private static Artifact open(
            Map<String, ModelVersion> models, String role, ArtifactStore artifacts) {
        ModelVersion version = models.get(role);
        if (version == null) {
            throw new IllegalStateException("the release has no model for the role " + role);
        }
        return artifacts.open(version.artifact());
    }
}
