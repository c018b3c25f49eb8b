package dev.vitrine.retrieval.ranking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class TreeEnsembleProperties {
    private static final int FEATURES = 5;

    @Property(tries = 200)
    void contributionsAreTheShapleyValues(
            @ForAll long seed, @ForAll @IntRange(min = 0, max = 5) int depth) {
        SplittableRandom random = new SplittableRandom(seed);
        RegressionTree tree = new Growing(random).tree(depth);
        TreeEnsemble ensemble = new TreeEnsemble(FEATURES, List.of(tree));
        float[] row = row(random);
        double[] found = ensemble.contributions(row, 0);
        for (int feature = 0; feature < FEATURES; feature++) {
            assertThat(found[feature]).isCloseTo(shapley(tree, row, feature), within(1e-9));
        }
    }

    @Property(tries = 100)
    void contributionsAddUpToTheScore(@ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RegressionTree> trees = new ArrayList<>();
        for (int t = 0; t < 10; t++) {
            trees.add(new Growing(random).tree(6));
        }
        TreeEnsemble ensemble = new TreeEnsemble(FEATURES, trees);
        float[] row = row(random);
        double sum = ensemble.mean();
        for (double contribution : ensemble.contributions(row, 0)) {
            sum += contribution;
        }
        assertThat(sum).isCloseTo(ensemble.score(row, 0), within(1e-9));
    }

    private static float[] row(SplittableRandom random) {
        float[] row = new float[FEATURES];
        for (int i = 0; i < row.length; i++) {
            row[i] = random.nextInt(6) == 0 ? Float.NaN : (float) random.nextDouble();
        }
        return row;
    }

    /** By the definition, over all sets of known features. */
    private static double shapley(RegressionTree tree, float[] row, int feature) {
        double sum = 0;
        for (int known = 0; known < 1 << FEATURES; known++) {
            if ((known & 1 << feature) != 0) {
                continue;
            }
            int size = Integer.bitCount(known);
            double weight = factorial(size) * factorial(FEATURES - size - 1) / factorial(FEATURES);
            sum +=
                    weight
                            * (expected(tree, row, known | 1 << feature, 0)
                                    - expected(tree, row, known, 0));
        }
        return sum;
    }

    private static double factorial(int n) {
        return n <= 1 ? 1 : n * factorial(n - 1);
    }

    private static double expected(RegressionTree tree, float[] row, int known, int node) {
        if (tree.isLeaf(node)) {
            return tree.value()[node];
        }
        if ((known & 1 << tree.feature()[node]) != 0) {
            return expected(tree, row, known, tree.next(node, row, 0));
        }
        int left = tree.left()[node];
        int right = tree.right()[node];
        return (tree.cover()[left] * expected(tree, row, known, left)
                        + tree.cover()[right] * expected(tree, row, known, right))
                / (tree.cover()[left] + tree.cover()[right]);
    }

    /** Makes trees by chance, in which features come again on a path. */
    private static final class Growing {
        private final SplittableRandom random;
        private final List<double[]> nodes = new ArrayList<>();

        Growing(SplittableRandom random) {
            this.random = random;
        }

        RegressionTree tree(int depth) {
            grow(depth, 1 + random.nextInt(1_000));
            RegressionTree.Builder tree = new RegressionTree.Builder(nodes.size());
            for (int i = 0; i < nodes.size(); i++) {
                double[] node = nodes.get(i);
                if (node[0] < 0) {
                    tree.leaf(i, node[5], node[6]);
                } else {
                    tree.split(
                            i,
                            (int) node[0],
                            (float) node[1],
                            node[2] > 0,
                            (int) node[3],
                            (int) node[4],
                            node[6]);
                }
            }
            return tree.build();
        }

        private int grow(int depth, double cover) {
            int at = nodes.size();
            double[] node = {-1, 0, 0, 0, 0, random.nextDouble() - .5, cover};
            nodes.add(node);
            if (depth > 0 && random.nextInt(5) > 0) {
                node[0] = random.nextInt(FEATURES);
                node[1] = random.nextDouble();
                node[2] = random.nextInt(2);
                double share = .05 + .9 * random.nextDouble();
                node[3] = grow(depth - 1, cover * share);
                node[4] = grow(depth - 1, cover * (1 - share));
            }
            return at;
        }
    }
}
