package dev.vitrine.training.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.microsoft.ml.lightgbm.PredictionType;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.ranking.TreeEnsemble;
import dev.vitrine.training.trees.TreeSettings.Objective;
import io.github.metarank.lightgbm4j.LGBMBooster;
import io.github.metarank.lightgbm4j.LGBMDataset;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoostedTreesTest {
    private static final List<String> NAMES = List.of("a", "b", "missing", "noise");

    @TempDir private Path work;

    /** Log odds {@code 4 a - 3 b}, and more where the third is missing. */
    private static TreeRows rows(int count, long seed, boolean missing) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] features = new float[count * NAMES.size()];
        float[] labels = new float[count];
        for (int row = 0; row < count; row++) {
            float a = (float) random.nextDouble();
            float b = (float) random.nextDouble();
            boolean absent = missing && random.nextInt(4) == 0;
            float c = absent ? Float.NaN : (float) random.nextDouble() - .5f;
            float[] all = {a, b, c, (float) random.nextDouble()};
            System.arraycopy(all, 0, features, row * all.length, all.length);
            double odds = 4 * a - 3 * b + (absent ? 2 : 0);
            labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-odds)) ? 1 : 0;
        }
        return new TreeRows(NAMES, features, labels, new int[0]);
    }

    @Test
    void itsTreesScoreAsTheLibraryDoes() throws Exception {
        TreeSettings settings = TreeSettings.of(Objective.BINARY).withTrees(30);
        for (boolean missing : new boolean[] {true, false}) {
            TreeRows train = rows(3_000, 1, missing);
            TreeRows asked = rows(200, 2, true);
            TreeEnsemble ensemble = BoostedTrees.fit(settings, train, Progress.NONE).ensemble();
            try (LGBMDataset data =
                    LGBMDataset.createFromMat(
                            train.features(),
                            train.rows(),
                            NAMES.size(),
                            true,
                            settings.parameters(),
                            null)) {
                data.setField("label", train.labels());
                try (LGBMBooster booster = LGBMBooster.create(data, settings.parameters())) {
                    for (int tree = 0; tree < 30; tree++) {
                        booster.updateOneIter();
                    }
                    double[] expected =
                            booster.predictForMat(
                                    asked.features(),
                                    asked.rows(),
                                    NAMES.size(),
                                    true,
                                    PredictionType.C_API_PREDICT_RAW_SCORE);
                    for (int row = 0; row < asked.rows(); row++) {
                        assertThat(ensemble.score(asked.features(), row))
                                .isCloseTo(expected[row], within(1e-9));
                    }
                }
            }
        }
    }

    @Test
    void whatServesScoresAsTheTreesDo() throws IOException {
        TreeEnsemble ensemble =
                BoostedTrees.fit(
                                TreeSettings.of(Objective.BINARY).withTrees(50),
                                rows(3_000, 1, true),
                                Progress.NONE)
                        .ensemble();
        TreeRows asked = rows(500, 2, true);
        Path file = work.resolve("trees.onnx");
        TreeGraph.of(ensemble).save(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            Tensor score =
                    Objects.requireNonNull(
                            session.run(
                                            Map.of(
                                                    "features",
                                                    Tensor.of(
                                                            new long[] {asked.rows(), NAMES.size()},
                                                            asked.features())))
                                    .get("score"));
            for (int row = 0; row < asked.rows(); row++) {
                assertThat(score.data().asFloatBuffer().get(row))
                        .isCloseTo((float) ensemble.score(asked.features(), row), within(1e-4f));
            }
        }
    }

    @Test
    void validationEndsTheFitAndTheNoiseMovesLeast() {
        BoostedTrees trees =
                BoostedTrees.validated(
                        TreeSettings.of(Objective.BINARY),
                        rows(3_000, 1, true),
                        rows(1_000, 2, true),
                        Progress.NONE);
        assertThat(trees.ensemble().trees()).hasSizeLessThan(500);
        assertThat(trees.validation()).isLessThan(.58);
        double[] moved = new double[NAMES.size()];
        TreeRows asked = rows(200, 3, true);
        for (int row = 0; row < asked.rows(); row++) {
            double[] contributions = trees.ensemble().contributions(asked.features(), row);
            for (int feature = 0; feature < moved.length; feature++) {
                moved[feature] += Math.abs(contributions[feature]);
            }
        }
        assertThat(moved[3]).isEqualTo(Arrays.stream(moved).min().orElseThrow());
    }

    @Test
    void ranksWithinGroups() {
        SplittableRandom random = new SplittableRandom(5);
        int groups = 200;
        int each = 10;
        float[] features = new float[groups * each * NAMES.size()];
        float[] labels = new float[groups * each];
        for (int row = 0; row < labels.length; row++) {
            for (int i = 0; i < NAMES.size(); i++) {
                features[row * NAMES.size() + i] = (float) random.nextDouble();
            }
            labels[row] = Math.round(3 * features[row * NAMES.size()]);
        }
        int[] sizes = new int[groups];
        Arrays.fill(sizes, each);
        TreeRows rows = new TreeRows(NAMES, features, labels, sizes);
        BoostedTrees trees =
                BoostedTrees.validated(
                        TreeSettings.of(Objective.RANKING).withTrees(50),
                        rows,
                        rows,
                        Progress.NONE);
        assertThat(trees.validation()).isGreaterThan(.99);
    }

    @Test
    void refusesRowsThatTeachNothing() {
        TreeSettings settings = TreeSettings.of(Objective.BINARY);
        TreeRows same =
                new TreeRows(
                        List.of("a"), new float[] {1, 2, 3}, new float[] {1, 1, 1}, new int[0]);
        assertThatThrownBy(() -> BoostedTrees.fit(settings, same, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("the label is 1.0 in every row");
        TreeRows none = new TreeRows(List.of("a"), new float[0], new float[0], new int[0]);
        assertThatThrownBy(() -> BoostedTrees.fit(settings, none, Progress.NONE))
                .hasMessageContaining("no rows");
        assertThatThrownBy(() ->
                        new TreeRows(
                                List.of("a"),
                                new float[] {Float.POSITIVE_INFINITY},
                                new float[] {1},
                                new int[0]))
                .hasMessageContaining("a of row 0 is infinite");
        assertThatThrownBy(() ->
                        new TreeRows(
                                List.of("a"), new float[] {1}, new float[] {Float.NaN}, new int[0]))
                .hasMessageContaining("the label of row 0 is NaN");
    }
}
