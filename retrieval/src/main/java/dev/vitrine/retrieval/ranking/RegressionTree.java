package dev.vitrine.retrieval.ranking;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;

/**
 * One tree of an ensemble as arrays over its nodes; node 0 is the root. From a node that is no leaf
 * a row goes left when its feature is at most the threshold.
 *
 * @param feature that a node looks at; -1 for a leaf
 * @param threshold of a node that is no leaf
 * @param missingLeft whether a row without that feature (NaN) goes left
 * @param left the node to the left; always behind this one
 * @param right the node to the right; always behind this one
 * @param value what a leaf adds to the score
 * @param cover how many training rows came by, or their weight; positive
 */
public record RegressionTree(
        int[] feature,
        float[] threshold,
        boolean[] missingLeft,
        int[] left,
        int[] right,
        double[] value,
        double[] cover) {
    public RegressionTree {
        int nodes = feature.length;
        if (nodes == 0
                || threshold.length != nodes
                || missingLeft.length != nodes
                || left.length != nodes
                || right.length != nodes
                || value.length != nodes
                || cover.length != nodes) {
            throw invalid("its arrays are of different length, or empty");
        }
        for (int node = 0; node < nodes; node++) {
            if (feature[node] >= 0
                    && (left[node] <= node
                            || left[node] >= nodes
                            || right[node] <= node
                            || right[node] >= nodes)) {
                throw invalid(
                        "node "
                                + node
                                + " of "
                                + nodes
                                + " leads to "
                                + left[node]
                                + " and "
                                + right[node]);
            }
            if (!(cover[node] > 0) || !Double.isFinite(value[node])) {
                throw invalid(
                        "node "
                                + node
                                + " has a cover of "
                                + cover[node]
                                + " and a value of "
                                + value[node]);
            }
        }
    }

    private static VitrineException invalid(String why) {
        return new VitrineException(RetrievalError.MODEL_INVALID, "a tree cannot be used: " + why);
    }

    boolean isLeaf(int node) {
        return feature[node] < 0;
    }

    /** Where a row goes from a node that is no leaf. */
    int next(int node, float[] row, int offset) {
        float seen = row[offset + feature[node]];
        boolean goesLeft = Float.isNaN(seen) ? missingLeft[node] : seen <= threshold[node];
        return goesLeft ? left[node] : right[node];
    }

    double score(float[] row, int offset) {
        int node = 0;
        while (!isLeaf(node)) {
            node = next(node, row, offset);
        }
        return value[node];
    }

    /** What the tree gives on average over the rows it was fitted on. */
    double mean() {
        return mean(0);
    }

    private double mean(int node) {
        if (isLeaf(node)) {
            return value[node];
        }
        double leftCover = cover[left[node]];
        double rightCover = cover[right[node]];
        return (leftCover * mean(left[node]) + rightCover * mean(right[node]))
                / (leftCover + rightCover);
    }

    /** Fills in a tree node by node. */
    public static final class Builder {
        private final RegressionTree tree;

        public Builder(int nodes) {
            int[] feature = new int[nodes];
            double[] cover = new double[nodes];
            java.util.Arrays.fill(feature, -1);
            java.util.Arrays.fill(cover, 1);
            tree =
                    new RegressionTree(
                            feature,
                            new float[nodes],
                            new boolean[nodes],
                            new int[nodes],
                            new int[nodes],
                            new double[nodes],
                            cover);
        }

        /** A node that parts rows. */
        public void split(
                int node,
                int of,
                float at,
                boolean missingGoesLeft,
                int leftNode,
                int rightNode,
                double rows) {
            tree.feature[node] = of;
            tree.threshold[node] = at;
            tree.missingLeft[node] = missingGoesLeft;
            tree.left[node] = leftNode;
            tree.right[node] = rightNode;
            tree.cover[node] = rows;
        }

        /** A node where rows end. */
        public void leaf(int node, double adds, double rows) {
            tree.value[node] = adds;
            tree.cover[node] = rows;
        }

        /** Checked as a whole. */
        public RegressionTree build() {
            return new RegressionTree(
                    tree.feature,
                    tree.threshold,
                    tree.missingLeft,
                    tree.left,
                    tree.right,
                    tree.value,
                    tree.cover);
        }
    }
}
