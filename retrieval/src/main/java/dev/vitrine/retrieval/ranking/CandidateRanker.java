package dev.vitrine.retrieval.ranking;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.table.TableReader;
import dev.vitrine.retrieval.table.TableWriter;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Puts the first candidates of a blend into the order of boosted trees over {@link
 * CandidateFeatures}, in one run of a graph for each request. The trees themselves lie beside the
 * graph, to explain it. Products that nobody has met keep the place that the blend gave them: trees
 * that learn from what was chosen have seen none of them chosen, and would put all of them last.
 * Safe for concurrent callers when the graph is.
 */
public final class CandidateRanker {
    /** So many of the first candidates are put in order; those behind stay behind. */
    public static final int MOST = 200;

    private static final String KIND = "ranker";
    private static final int VERSION = 1;
    private static final String ROWS = "features";
    private static final String SCORE = "score";

    private final CandidateFeatures features;
    private final TreeEnsemble trees;
    private final GraphRunner graph;

    /**
     * @param trees over the features, in their order
     * @param graph the same trees: {@code features} FP32 [candidates, features] to {@code score}
     *     FP32 [candidates, 1]
     * @throws VitrineException MODEL_INVALID when the trees look at rows of another width
     */
    public CandidateRanker(CandidateFeatures features, TreeEnsemble trees, GraphRunner graph) {
        if (trees.features() != features.names().size()) {
            throw new VitrineException(
                    RetrievalError.MODEL_INVALID,
                    "a ranker's trees look at "
                            + trees.features()
                            + " features, expected "
                            + features.names().size());
        }
        this.features = features;
        this.trees = trees;
        this.graph = graph;
    }

    public CandidateFeatures features() {
        return features;
    }

    TreeEnsemble trees() {
        return trees;
    }

    /**
     * The order for one shopper at one moment.
     *
     * @param now epoch milliseconds
     * @throws VitrineException what running the graph throws; MODEL_INVALID when a score is no
     *     number
     */
    public RankedCandidates rank(
            Candidates candidates, Shopper shopper, ShopState state, CatalogFacts facts, long now) {
        float[] rows = features.rows(candidates, MOST, shopper, state, facts, now);
        int count = Math.min(MOST, candidates.size());
        boolean[] unmet = new boolean[count];
        for (int place = 0; place < count; place++) {
            unmet[place] = !(state.popularity(candidates.items()[place], now) > 0);
        }
        return new RankedCandidates(this, candidates, rows, scores(rows, count), unmet);
    }

    private float[] scores(float[] rows, int count) {
        float[] scores = new float[count];
        if (count == 0) {
            return scores;
        }
        ByteBuffer bytes = Tensor.direct((long) Float.BYTES * rows.length);
        bytes.asFloatBuffer().put(rows);
        Tensor input =
                Tensor.of(TensorType.FP32, new long[] {count, features.names().size()}, bytes);
        FloatBuffer found =
                Objects.requireNonNull(graph.run(Map.of(ROWS, input)).get(SCORE))
                        .data()
                        .asFloatBuffer();
        for (int row = 0; row < count; row++) {
            scores[row] = found.get(row);
            if (!Float.isFinite(scores[row])) {
                throw new VitrineException(
                        RetrievalError.MODEL_INVALID,
                        "a ranker gave candidate " + row + " the score " + scores[row]);
            }
        }
        return scores;
    }

    /**
     * Writes all but the graph of a ranker to a file.
     *
     * @param trees over the features, in their order
     * @throws VitrineException STORE_FAILED when it cannot be written
     */
    public static void save(CandidateFeatures features, TreeEnsemble trees, Path file) {
        try (TableWriter out = new TableWriter(file, KIND, VERSION)) {
            out.putTexts(features.parts());
            out.putTexts(features.names());
            out.putInt(trees.trees().size());
            for (RegressionTree tree : trees.trees()) {
                put(out, tree);
            }
            out.finish();
        }
    }

    private static void put(TableWriter out, RegressionTree tree) {
        int nodes = tree.feature().length;
        out.putInts(tree.feature());
        out.putFloats(tree.threshold());
        out.putInts(tree.left());
        out.putInts(tree.right());
        for (int node = 0; node < nodes; node++) {
            out.putInt(tree.missingLeft()[node] ? 1 : 0);
            out.putDouble(tree.value()[node]);
            out.putDouble(tree.cover()[node]);
        }
    }

    /**
     * Reads what {@link #save} wrote.
     *
     * @param graph runs the graph that was written with it
     * @throws VitrineException MODEL_DAMAGED or STORE_FAILED; MODEL_FORMAT also where it was fitted
     *     to features other than this version computes
     */
    public static CandidateRanker load(Path file, GraphRunner graph) {
        try (TableReader in = new TableReader(file, KIND, VERSION)) {
            CandidateFeatures features = new CandidateFeatures(in.getTexts());
            List<String> names = in.getTexts();
            if (!names.equals(features.names())) {
                throw new VitrineException(
                        RetrievalError.MODEL_FORMAT,
                        file + " ranks by " + names + ", expected " + features.names());
            }
            int count = in.getInt();
            List<RegressionTree> trees = new ArrayList<>();
            for (int tree = 0; tree < count; tree++) {
                trees.add(tree(in));
            }
            return new CandidateRanker(features, new TreeEnsemble(names.size(), trees), graph);
        }
    }

    private static RegressionTree tree(TableReader in) {
        int[] feature = in.getInts();
        float[] threshold = in.getFloats();
        int[] left = in.getInts();
        int[] right = in.getInts();
        boolean[] missingLeft = new boolean[feature.length];
        double[] value = new double[feature.length];
        double[] cover = new double[feature.length];
        for (int node = 0; node < feature.length; node++) {
            missingLeft[node] = in.getInt() == 1;
            value[node] = in.getDouble();
            cover[node] = in.getDouble();
        }
        return new RegressionTree(feature, threshold, missingLeft, left, right, value, cover);
    }
}
