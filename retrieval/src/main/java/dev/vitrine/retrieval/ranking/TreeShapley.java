package dev.vitrine.retrieval.ranking;

/**
 * Exact Shapley values of one tree for one row (TreeSHAP, algorithm 2 of Lundberg, Erion and Lee
 * 2018). A path from the root keeps, for each feature met, the share of training rows that would go
 * on if the feature were unknown ({@code zero}) and whether the row itself goes on ({@code one}),
 * and {@code weight[i]}: the summed weights of all sets of {@code i} known features on the path.
 * Work is leaves times depth squared.
 */
final class TreeShapley {
    private final RegressionTree tree;
    private final float[] row;
    private final int offset;
    private final double[] contributions;

    TreeShapley(RegressionTree tree, float[] row, int offset, double[] contributions) {
        this.tree = tree;
        this.row = row;
        this.offset = offset;
        this.contributions = contributions;
    }

    void add() {
        visit(0, new Path(depth(0) + 2), 1, 1, -1);
    }

    private int depth(int node) {
        return tree.isLeaf(node)
                ? 0
                : 1 + Math.max(depth(tree.left()[node]), depth(tree.right()[node]));
    }

    private void visit(int node, Path before, double zero, double one, int feature) {
        Path path = new Path(before);
        path.extend(zero, one, feature);
        if (tree.isLeaf(node)) {
            for (int i = 1; i < path.length; i++) {
                double weight = path.unwoundSum(i);
                contributions[path.feature[i]] +=
                        weight * (path.one[i] - path.zero[i]) * tree.value()[node];
            }
            return;
        }
        int hot = tree.next(node, row, offset);
        int cold = hot == tree.left()[node] ? tree.right()[node] : tree.left()[node];
        double incomingZero = 1;
        double incomingOne = 1;
        int split = tree.feature()[node];
        for (int i = 1; i < path.length; i++) {
            if (path.feature[i] == split) {
                incomingZero = path.zero[i];
                incomingOne = path.one[i];
                path.unwind(i);
                break;
            }
        }
        double both = tree.cover()[hot] + tree.cover()[cold];
        visit(hot, path, incomingZero * tree.cover()[hot] / both, incomingOne, split);
        visit(cold, path, incomingZero * tree.cover()[cold] / both, 0, split);
    }

    private static final class Path {
        private final int[] feature;
        private final double[] zero;
        private final double[] one;
        private final double[] weight;
        private int length;

        Path(int most) {
            feature = new int[most];
            zero = new double[most];
            one = new double[most];
            weight = new double[most];
        }

        Path(Path other) {
            feature = other.feature.clone();
            zero = other.zero.clone();
            one = other.one.clone();
            weight = other.weight.clone();
            length = other.length;
        }

        void extend(double zeroShare, double oneShare, int of) {
            int l = length;
            feature[l] = of;
            zero[l] = zeroShare;
            one[l] = oneShare;
            weight[l] = l == 0 ? 1 : 0;
            for (int i = l - 1; i >= 0; i--) {
                weight[i + 1] += oneShare * weight[i] * (i + 1) / (l + 1);
                weight[i] = zeroShare * weight[i] * (l - i) / (l + 1);
            }
            length++;
        }

        void unwind(int at) {
            int l = length - 1;
            double next = weight[l];
            for (int i = l - 1; i >= 0; i--) {
                if (one[at] != 0) {
                    double kept = weight[i];
                    weight[i] = next * (l + 1) / ((i + 1) * one[at]);
                    next = kept - weight[i] * zero[at] * (l - i) / (l + 1);
                } else {
                    weight[i] = weight[i] * (l + 1) / (zero[at] * (l - i));
                }
            }
            for (int i = at; i < l; i++) {
                feature[i] = feature[i + 1];
                zero[i] = zero[i + 1];
                one[i] = one[i + 1];
            }
            length--;
        }

        /** The sum of the weights that {@link #unwind} would leave. */
        double unwoundSum(int at) {
            int l = length - 1;
            double next = weight[l];
            double sum = 0;
            for (int i = l - 1; i >= 0; i--) {
                if (one[at] != 0) {
                    double left = next * (l + 1) / ((i + 1) * one[at]);
                    sum += left;
                    next = weight[i] - left * zero[at] * (l - i) / (l + 1);
                } else {
                    sum += weight[i] * (l + 1) / (zero[at] * (l - i));
                }
            }
            return sum;
        }
    }
}
