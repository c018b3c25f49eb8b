package dev.vitrine.training.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.trees.TreeSettings.Objective;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RankingTest {
    private static final List<String> NAMES = List.of("text", "vector", "query", "noise");
    private static final TreeSettings SETTINGS =
            new TreeSettings(
                    Objective.RANKING,
                    60,
                    50,
                    .1,
                    7,
                    10,
                    1,
                    1,
                    1,
                    1,
                    7,
                    1,
                    new NdcgLoss(10, 5, NdcgLoss.doubling(4)));

    @TempDir private Path work;

    /**
     * Grades follow the sum of two scores, with some chance. The level of a query moves all its
     * scores and none of its grades, so that only what stands within a group teaches.
     */
    private static TreeRows rows(int groups, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] sizes = new int[groups];
        int count = 0;
        for (int group = 0; group < groups; group++) {
            sizes[group] = 8 + random.nextInt(9);
            count += sizes[group];
        }
        float[] features = new float[count * NAMES.size()];
        float[] labels = new float[count];
        int row = 0;
        for (int size : sizes) {
            double level = random.nextDouble();
            for (int i = 0; i < size; i++, row++) {
                double text = random.nextDouble();
                double vector = random.nextDouble();
                float[] all = {
                    (float) (text + level),
                    (float) (vector + level),
                    (float) level,
                    (float) random.nextDouble()
                };
                System.arraycopy(all, 0, features, row * all.length, all.length);
                double quality = text + vector + .2 * random.nextGaussian();
                labels[row] = (float) Math.clamp(Math.floor(quality * 2.2 - .5), 0, 3);
            }
        }
        return new TreeRows(NAMES, features, labels, sizes);
    }

    /** Mean NDCG of the first five, with gains 0, 1, 3 and 7. */
    private static double ndcg(TreeRows rows, double[] scores) {
        double sum = 0;
        int[] starts = rows.starts();
        for (int group = 0; group < starts.length; group++) {
            int from = starts[group];
            Integer[] order =
                    IntStream.range(from, from + rows.groups()[group])
                            .boxed()
                            .toArray(Integer[]::new);
            Arrays.sort(order, (a, b) -> Double.compare(scores[b], scores[a]));
            double gained = gained(rows, order);
            Arrays.sort(order, (a, b) -> Float.compare(rows.labels()[b], rows.labels()[a]));
            double most = gained(rows, order);
            sum += most == 0 ? 1 : gained / most;
        }
        return sum / starts.length;
    }

    private static double gained(TreeRows rows, Integer[] order) {
        double gained = 0;
        for (int place = 0; place < 5; place++) {
            gained +=
                    (Math.pow(2, rows.labels()[order[place]]) - 1)
                            / (Math.log(place + 2) / Math.log(2));
        }
        return gained;
    }

    private static double[] column(TreeRows rows, int feature) {
        return IntStream.range(0, rows.rows())
                .mapToDouble(row -> rows.features()[row * NAMES.size() + feature])
                .toArray();
    }

    @Test
    void ordersNewGroupsBetterThanTheBestOfItsFeatures() {
        TreeEnsemble trees = BoostedTrees.fit(SETTINGS, rows(150, 1), Progress.NONE).ensemble();
        TreeRows asked = rows(100, 2);
        double[] scores = new double[asked.rows()];
        Arrays.setAll(scores, row -> trees.score(asked.features(), row));
        double best = Math.max(ndcg(asked, column(asked, 0)), ndcg(asked, column(asked, 1)));
        assertThat(ndcg(asked, scores)).isGreaterThan(best + .1).isGreaterThan(.85);
    }

    @Test
    void scoresOutOfFoldAreOfTreesThatDidNotSeeTheGroup() {
        TreeRows rows = rows(60, 3);
        double[] scores = OutOfFold.scores(SETTINGS, rows, 5, Progress.NONE);
        double[] seen = new double[rows.rows()];
        TreeEnsemble all = BoostedTrees.fit(SETTINGS, rows, Progress.NONE).ensemble();
        Arrays.setAll(seen, row -> all.score(rows.features(), row));
        double best = Math.max(ndcg(rows, column(rows, 0)), ndcg(rows, column(rows, 1)));
        assertThat(ndcg(rows, scores)).isGreaterThan(best + .03).isLessThan(ndcg(rows, seen) - .02);
        assertThat(OutOfFold.scores(SETTINGS, rows, 5, Progress.NONE)).isEqualTo(scores);
    }

    @Test
    void foldsAreOfLikeSize() {
        int[] fold = OutOfFold.deal(11, 3, 5);
        int[] sizes = new int[3];
        for (int each : fold) {
            sizes[each]++;
        }
        assertThat(sizes).containsExactly(4, 4, 3);
        assertThat(OutOfFold.deal(11, 3, 5)).isEqualTo(fold);
        assertThat(OutOfFold.deal(11, 3, 6)).isNotEqualTo(fold);
    }

    @Test
    void aLabelOnlyMattersBesideOthersOfItsGroup() {
        // Grades differ between the groups and never within one.
        TreeRows flat =
                new TreeRows(
                        List.of("a"),
                        new float[] {1, 2, 3, 4},
                        new float[] {0, 0, 1, 1},
                        new int[] {2, 2});
        assertThatThrownBy(() -> OutOfFold.scores(SETTINGS, flat, 3, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("2 groups cannot be dealt to 3 folds");
        assertThatThrownBy(() -> BoostedTrees.fit(SETTINGS, flat, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("every row of it brings the same");
    }

    @Test
    void refusesWhatIsNoOrder() {
        TreeRows loose =
                new TreeRows(List.of("a"), new float[] {1, 2}, new float[] {0, 1}, new int[0]);
        assertThatThrownBy(() -> BoostedTrees.fit(SETTINGS, loose, Progress.NONE))
                .hasMessageContaining("an order is learned within groups");
        for (float label : new float[] {-1, .5f, 4}) {
            TreeRows odd =
                    new TreeRows(
                            List.of("a"),
                            new float[] {1, 2},
                            new float[] {0, label},
                            new int[] {2});
            assertThatThrownBy(() -> BoostedTrees.fit(SETTINGS, odd, Progress.NONE))
                    .hasMessageContaining(
                            "the label of row 1 is "
                                    + label
                                    + ", expected a whole number from 0"
                                    + " to 3");
        }
        int many = 10_001;
        float[] labels = new float[many];
        labels[0] = 1;
        TreeRows large = new TreeRows(List.of("a"), new float[many], labels, new int[] {many});
        assertThatThrownBy(() -> BoostedTrees.fit(SETTINGS, large, Progress.NONE))
                .hasMessageContaining("group 0 has 10001 rows, at most 10000");
        assertThatThrownBy(() ->
                        new TreeRows(
                                List.of("a"),
                                new float[] {1, 2},
                                new float[] {0, 1},
                                new int[] {0, 2}))
                .hasMessageContaining("group 0 has 0 rows");
        assertThatThrownBy(() -> new NdcgLoss(10, 10, List.of(0., Double.NaN)))
                .hasMessageContaining("a gain of NaN");
    }

    @Test
    void picksGroupsWhole() {
        TreeRows rows =
                new TreeRows(
                        List.of("a"),
                        new float[] {1, 2, 3, 4, 5, 6},
                        new float[] {0, 1, 2, 0, 1, 2},
                        new int[] {1, 3, 2});
        TreeRows picked = rows.pickGroups(new int[] {2, 0});
        assertThat(picked.features()).containsExactly(5, 6, 1);
        assertThat(picked.labels()).containsExactly(1, 2, 0);
        assertThat(picked.groups()).containsExactly(2, 1);
        assertThat(rows.starts()).containsExactly(0, 1, 4);
    }

    @Test
    void gainsReachTheLibrary() {
        assertThat(SETTINGS.parameters())
                .contains("eval_at=5 ")
                .contains("lambdarank_truncation_level=10 ")
                .contains("label_gain=0.0,1.0,3.0,7.0 ");
        // Labels 1 and 2 bring no more than label 0 here.
        NdcgLoss highest = new NdcgLoss(10, 5, List.of(0., 0., 0., 1.));
        TreeRows low =
                new TreeRows(
                        List.of("a"), new float[] {1, 2, 3}, new float[] {0, 1, 2}, new int[] {3});
        assertThatThrownBy(() -> BoostedTrees.fit(SETTINGS.withOrder(highest), low, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("every row of it brings the same");
    }

    @Test
    void whatServesOrdersAsTheTreesDo() throws IOException {
        TreeEnsemble trees = BoostedTrees.fit(SETTINGS, rows(150, 1), Progress.NONE).ensemble();
        TreeRows asked = rows(50, 2);
        Path file = work.resolve("ranker.onnx");
        TreeGraph.of(trees).save(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            Tensor features = Tensor.of(new long[] {asked.rows(), NAMES.size()}, asked.features());
            Tensor score =
                    Objects.requireNonNull(session.run(Map.of("features", features)).get("score"));
            for (int row = 0; row < asked.rows(); row++) {
                assertThat(score.data().asFloatBuffer().get(row))
                        .isCloseTo((float) trees.score(asked.features(), row), within(1e-4f));
            }
        }
    }
}
