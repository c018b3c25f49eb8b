package dev.vitrine.training.trees;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.ranking.RegressionTree;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the text that LightGBM saves. Thresholds there are doubles and rows are floats: the largest
 * float that is not above a threshold parts all floats as the double does. Categorical splits are
 * not read: nothing here makes them.
 */
final class LightGbmText {
    private static final int CATEGORICAL = 1;
    private static final int DEFAULT_LEFT = 2;
    private static final int MISSING_SHIFT = 2;
    private static final int MISSING_NAN = 2;

    private LightGbmText() {}

    static TreeEnsemble read(String text, int features) {
        List<RegressionTree> trees = new ArrayList<>();
        Map<String, String> fields = new HashMap<>();
        boolean inTree = false;
        for (String line : text.split("\n")) {
            if (line.startsWith("Tree=") || line.startsWith("end of trees")) {
                if (inTree) {
                    trees.add(tree(fields));
                }
                fields.clear();
                inTree = line.startsWith("Tree=");
                if (!inTree) {
                    break;
                }
            }
            int equals = line.indexOf('=');
            if (inTree && equals > 0) {
                fields.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return new TreeEnsemble(features, trees);
    }

    private static RegressionTree tree(Map<String, String> fields) {
        int leaves = Integer.parseInt(field(fields, "num_leaves"));
        int inner = leaves - 1;
        int nodes = inner + leaves;
        RegressionTree.Builder tree = new RegressionTree.Builder(nodes);
        String[] values = words(fields, "leaf_value");
        String[] counts = inner == 0 ? new String[] {"1"} : words(fields, "leaf_count");
        String[] split = inner == 0 ? new String[0] : words(fields, "split_feature");
        String[] threshold = inner == 0 ? new String[0] : words(fields, "threshold");
        String[] type = inner == 0 ? new String[0] : words(fields, "decision_type");
        String[] left = inner == 0 ? new String[0] : words(fields, "left_child");
        String[] right = inner == 0 ? new String[0] : words(fields, "right_child");
        String[] inside = inner == 0 ? new String[0] : words(fields, "internal_count");
        for (int node = 0; node < inner; node++) {
            int decision = Integer.parseInt(type[node]);
            if ((decision & CATEGORICAL) != 0) {
                throw new VitrineException(
                        TrainingError.FIT_FAILED, "a tree has a categorical split");
            }
            double at = number(threshold[node]);
            boolean missing = decision >> MISSING_SHIFT == MISSING_NAN;
            // A feature that was never missing counts as 0 where it is.
            boolean goesLeft = missing ? (decision & DEFAULT_LEFT) != 0 : 0 <= at;
            tree.split(
                    node,
                    Integer.parseInt(split[node]),
                    notAbove(at),
                    goesLeft,
                    child(left[node], inner),
                    child(right[node], inner),
                    Double.parseDouble(inside[node]));
        }
        for (int leaf = 0; leaf < leaves; leaf++) {
            tree.leaf(
                    inner + leaf,
                    Double.parseDouble(values[leaf]),
                    Double.parseDouble(counts[leaf]));
        }
        return tree.build();
    }

    private static int child(String word, int inner) {
        int child = Integer.parseInt(word);
        return child >= 0 ? child : inner + ~child;
    }

    /** A split that parts only what is missing has a threshold above all numbers. */
    private static double number(String word) {
        return word.equals("inf") ? Float.MAX_VALUE : Double.parseDouble(word);
    }

    private static float notAbove(double threshold) {
        float near = (float) threshold;
        return near > threshold ? Math.nextDown(near) : near;
    }

    private static String[] words(Map<String, String> fields, String name) {
        return field(fields, name).trim().split(" +");
    }

    private static String field(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null) {
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "the library's tree has no " + name);
        }
        return value;
    }
}
