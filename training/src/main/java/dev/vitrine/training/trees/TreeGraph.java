package dev.vitrine.training.trees;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.GraphBuilder.Attribute;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.retrieval.ranking.RegressionTree;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import java.util.ArrayList;
import java.util.List;

/**
 * Trees as an ONNX graph with the operator TreeEnsembleRegressor of ai.onnx.ml: {@code features}
 * FP32 [batch, features], NaN where one is missing, to {@code score} FP32 [batch, 1].
 */
public final class TreeGraph {
    private final List<Long> trees = new ArrayList<>();
    private final List<Long> nodes = new ArrayList<>();
    private final List<Long> features = new ArrayList<>();
    private final List<Float> thresholds = new ArrayList<>();
    private final List<String> modes = new ArrayList<>();
    private final List<Long> missing = new ArrayList<>();
    private final List<Long> lefts = new ArrayList<>();
    private final List<Long> rights = new ArrayList<>();
    private final List<Long> leafTrees = new ArrayList<>();
    private final List<Long> leafNodes = new ArrayList<>();
    private final List<Float> leafValues = new ArrayList<>();

    private TreeGraph() {}

    public static GraphBuilder of(TreeEnsemble ensemble) {
        GraphBuilder graph = new GraphBuilder("trees");
        Dimension batch = Dimension.named("batch");
        graph.input("features", TensorType.FP32, batch, Dimension.of(ensemble.features()));
        add(graph, ensemble, "features", "score");
        graph.output("score", TensorType.FP32, batch, Dimension.of(1));
        return graph;
    }

    /**
     * Adds trees to a graph.
     *
     * @param features name of the rows
     * @param score what their scores are to be called
     */
    public static void add(
            GraphBuilder graph, TreeEnsemble ensemble, String features, String score) {
        TreeGraph parts = new TreeGraph();
        for (int tree = 0; tree < ensemble.trees().size(); tree++) {
            parts.add(tree, ensemble.trees().get(tree));
        }
        graph.node(
                "ai.onnx.ml",
                "TreeEnsembleRegressor",
                List.of(features),
                List.of(score),
                Attribute.of("n_targets", 1),
                Attribute.of("aggregate_function", "SUM"),
                Attribute.of("nodes_treeids", longs(parts.trees)),
                Attribute.of("nodes_nodeids", longs(parts.nodes)),
                Attribute.of("nodes_featureids", longs(parts.features)),
                Attribute.of("nodes_values", floats(parts.thresholds)),
                Attribute.of("nodes_modes", parts.modes),
                Attribute.of("nodes_missing_value_tracks_true", longs(parts.missing)),
                Attribute.of("nodes_truenodeids", longs(parts.lefts)),
                Attribute.of("nodes_falsenodeids", longs(parts.rights)),
                Attribute.of("target_treeids", longs(parts.leafTrees)),
                Attribute.of("target_nodeids", longs(parts.leafNodes)),
                Attribute.of("target_ids", new long[parts.leafTrees.size()]),
                Attribute.of("target_weights", floats(parts.leafValues)));
    }

    private void add(long number, RegressionTree tree) {
        for (int node = 0; node < tree.feature().length; node++) {
            boolean leaf = tree.feature()[node] < 0;
            trees.add(number);
            nodes.add((long) node);
            features.add(leaf ? 0L : tree.feature()[node]);
            thresholds.add(leaf ? 0f : tree.threshold()[node]);
            modes.add(leaf ? "LEAF" : "BRANCH_LEQ");
            missing.add(!leaf && tree.missingLeft()[node] ? 1L : 0L);
            lefts.add(leaf ? 0L : tree.left()[node]);
            rights.add(leaf ? 0L : tree.right()[node]);
            if (leaf) {
                leafTrees.add(number);
                leafNodes.add((long) node);
                leafValues.add((float) tree.value()[node]);
            }
        }
    }

    private static long[] longs(List<Long> values) {
        return values.stream().mapToLong(Long::longValue).toArray();
    }

    private static float[] floats(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }
}
