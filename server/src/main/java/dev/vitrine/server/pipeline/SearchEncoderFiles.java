package dev.vitrine.server.pipeline;

import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactFile;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.EncoderPorts;
import dev.vitrine.retrieval.encoder.LoadedEncoder;
import dev.vitrine.retrieval.encoder.TextTokenizer;
import dev.vitrine.retrieval.encoder.TransformerTextEncoder;
import dev.vitrine.retrieval.table.TableReader;
import dev.vitrine.retrieval.table.TableWriter;
import dev.vitrine.retrieval.text.MeaningSearch;
import dev.vitrine.retrieval.text.PooledTextEncoder;
import dev.vitrine.retrieval.text.TextFeatures;
import dev.vitrine.retrieval.vector.VectorTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the encoder that search asks lies in an artefact, with the vectors of the products: the graph
 * of one that was learned, or the directory of one that was imported.
 */
final class SearchEncoderFiles {
    static final String GRAPH = "graph.onnx";

    /** A search does not wait longer for its turn; it goes by words alone then. */
    private static final Duration LONGEST = Duration.ofMillis(50);

    /** Nor does a product that comes, which is then tried again. */
    private static final Duration LONGEST_PRODUCTS = Duration.ofSeconds(5);

    /** Tokens of a text that an imported encoder reads. */
    private static final int TOKENS = 128;

    private static final System.Logger LOG = System.getLogger(SearchEncoderFiles.class.getName());
    private static final String KIND = "meaning";
    private static final int VERSION = 1;
    private static final String OWN = "own";
    private static final String IMPORTED = "imported";
    private static final String MODEL = "model.table";
    private static final String VECTORS = "vectors.table";

    private SearchEncoderFiles() {}

    /** Whether a model of the registry is an encoder that was imported. */
    static boolean isEncoder(Artifact model) {
        return model.manifest().files().stream()
                .anyMatch(file -> file.path().equals(EncoderDirectory.TOKENIZER));
    }

    /**
     * Copies an imported encoder into the folder of the role, and opens it.
     *
     * @param work a folder for a graph that is made, which is gone when this returns
     */
    static SearchEncoder bring(Artifact model, Path folder, int threads, Path work)
            throws IOException {
        Path own = Files.createDirectories(folder.resolve(IMPORTED));
        for (ArtifactFile file : model.manifest().files()) {
            Path to = own.resolve(file.path());
            Files.createDirectories(to.resolveSibling("."));
            Files.copy(model.file(file.path()), to);
        }
        return new SearchEncoder.Imported(
                LoadedEncoder.open(
                        EncoderDirectory.read(own),
                        TOKENS,
                        new SessionSettings(threads, SessionSettings.Device.CPU),
                        work));
    }

    /** Writes what belongs to an encoder whose graph is in a folder already. */
    static void save(
            Path folder, SearchEncoder encoder, VectorTable vectors, MeaningSearch.Terms terms) {
        vectors.save(folder.resolve(VECTORS));
        try (TableWriter out = new TableWriter(folder.resolve(MODEL), KIND, VERSION)) {
            out.putDouble(terms.weight());
            out.putDouble(terms.least());
            switch (encoder) {
                case SearchEncoder.Own own -> {
                    out.putText(OWN);
                    out.putInt(own.features().buckets());
                    out.putInt(own.features().most());
                    out.putInt(own.width());
                }
                case SearchEncoder.Imported imported -> out.putText(IMPORTED);
            }
            out.finish();
        }
    }

    /**
     * What a release searches by.
     *
     * @param close frees what the graph does not hold
     */
    record Loaded(MeaningSearch meaning, Runnable close) {}

    /**
     * Reads the encoder of a release; empty where it has none, and where it is of a kind that this
     * version does not know: then products are found by their words.
     */
    static Optional<Loaded> load(
            ReleaseManifest release, ArtifactStore artifacts, ModelFiles.GraphOpener graphs) {
        ModelVersion version = release.models().get(ModelSet.ENCODER);
        if (version == null) {
            return Optional.empty();
        }
        Artifact files = artifacts.open(version.artifact());
        try (TableReader in = new TableReader(files.file(MODEL), KIND, VERSION)) {
            MeaningSearch.Terms terms = terms(in);
            VectorTable vectors = VectorTable.load(files.file(VECTORS));
            return switch (in.getText()) {
                case OWN ->
                        Optional.of(
                                own(in, graphs.open(version, files.file(GRAPH)), vectors, terms));
                case IMPORTED ->
                        Optional.of(
                                imported(
                                        EncoderDirectory.read(files.directory().resolve(IMPORTED)),
                                        version,
                                        graphs,
                                        vectors,
                                        terms));
                default -> throw in.damaged("it is of a kind that nobody knows");
            };
        } catch (VitrineException e) {
            if (e.code() == RetrievalError.MODEL_FORMAT) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "search goes by words alone: {0}",
                        e.getMessage());
                return Optional.empty();
            }
            throw e;
        }
    }

    private static Loaded own(
            TableReader in,
            ModelFiles.OpenGraph graph,
            VectorTable vectors,
            MeaningSearch.Terms terms) {
        TextFeatures features = features(in);
        int width = in.getInt();
        if (vectors.dimensions() != width) {
            throw in.damaged("vectors of " + vectors.dimensions() + " numbers, expected " + width);
        }
        return new Loaded(
                new MeaningSearch(
                        new PooledTextEncoder(graph.within(LONGEST), features, width),
                        new PooledTextEncoder(graph.within(LONGEST_PRODUCTS), features, width),
                        vectors,
                        terms),
                () -> {});
    }

    private static Loaded imported(
            EncoderDirectory directory,
            ModelVersion version,
            ModelFiles.GraphOpener graphs,
            VectorTable vectors,
            MeaningSearch.Terms terms) {
        ModelFiles.OpenGraph graph = graphs.open(version, directory.onnx().orElseThrow());
        EncoderPorts ports = EncoderPorts.of(graph.signature());
        TextTokenizer tokenizer =
                TextTokenizer.open(
                        directory.tokenizer(),
                        Integer.MAX_VALUE,
                        Math.min(TOKENS, directory.longest()));
        return new Loaded(
                new MeaningSearch(
                        encoder(directory, graph, LONGEST, tokenizer, ports),
                        encoder(directory, graph, LONGEST_PRODUCTS, tokenizer, ports),
                        vectors,
                        terms),
                tokenizer::close);
    }

    private static TransformerTextEncoder encoder(
            EncoderDirectory directory,
            ModelFiles.OpenGraph graph,
            Duration longest,
            TextTokenizer tokenizer,
            EncoderPorts ports) {
        return new TransformerTextEncoder(
                graph.within(longest),
                tokenizer,
                ports,
                directory.padding(),
                directory.pooling(),
                directory.dense());
    }

    private static TextFeatures features(TableReader in) {
        int buckets = in.getInt();
        int most = in.getInt();
        try {
            return new TextFeatures(buckets, most);
        } catch (IllegalArgumentException e) {
            throw in.damaged(String.valueOf(e.getMessage()));
        }
    }

    private static MeaningSearch.Terms terms(TableReader in) {
        double weight = in.getDouble();
        double least = in.getDouble();
        try {
            return new MeaningSearch.Terms((float) weight, (float) least);
        } catch (IllegalArgumentException e) {
            throw in.damaged(String.valueOf(e.getMessage()));
        }
    }
}
