package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.table.TableReader;
import dev.vitrine.retrieval.table.TableWriter;
import dev.vitrine.retrieval.text.MeaningSearch;
import dev.vitrine.retrieval.text.PooledTextEncoder;
import dev.vitrine.retrieval.text.TextFeatures;
import dev.vitrine.retrieval.vector.VectorTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How the encoder that search asks lies in an artefact, with the vectors of the products. */
final class SearchEncoderFiles {
    static final String GRAPH = "graph.onnx";

    /** A search does not wait longer for its turn; it goes by words alone then. */
    private static final Duration LONGEST = Duration.ofMillis(50);

    private static final System.Logger LOG = System.getLogger(SearchEncoderFiles.class.getName());
    private static final String KIND = "meaning";
    private static final int VERSION = 1;
    private static final String MODEL = "model.table";
    private static final String VECTORS = "vectors.table";

    private SearchEncoderFiles() {}

    /**
     * Writes what belongs to a graph that is in a folder already.
     *
     * @param width of the vectors
     */
    static void save(
            Path folder,
            TextFeatures features,
            int width,
            VectorTable vectors,
            MeaningSearch.Terms terms) {
        vectors.save(folder.resolve(VECTORS));
        try (TableWriter out = new TableWriter(folder.resolve(MODEL), KIND, VERSION)) {
            out.putInt(features.buckets());
            out.putInt(features.most());
            out.putInt(width);
            out.putDouble(terms.weight());
            out.putDouble(terms.least());
            out.finish();
        }
    }

    /**
     * Reads the encoder of a release; empty where it has none, and where it is of a kind that this
     * version does not know: then products are found by their words.
     */
    static Optional<MeaningSearch> load(
            ReleaseManifest release, ArtifactStore artifacts, ModelFiles.GraphOpener graphs) {
        ModelVersion version = release.models().get(ModelSet.ENCODER);
        if (version == null) {
            return Optional.empty();
        }
        Artifact files = artifacts.open(version.artifact());
        try (TableReader in = new TableReader(files.file(MODEL), KIND, VERSION)) {
            TextFeatures features = features(in);
            int width = in.getInt();
            MeaningSearch.Terms terms = terms(in);
            VectorTable vectors = VectorTable.load(files.file(VECTORS));
            if (vectors.dimensions() != width) {
                throw in.damaged(vectors.dimensions() + " dimensions, expected " + width);
            }
            GraphRunner graph = graphs.open(version, files.file(GRAPH), LONGEST);
            return Optional.of(
                    new MeaningSearch(
                            new PooledTextEncoder(graph, features, width), vectors, terms));
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
