package dev.vitrine.training.clicks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDScope;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.network.Checkpoint;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClickTrainerTest {
    private static final List<String> NUMBERS = List.of("a", "b", "missing");
    private static final List<ClickRows.Field> FIELDS =
            List.of(new ClickRows.Field("shelf", 20), new ClickRows.Field("device", 3));
    private static final ClickSettings SETTINGS =
            new ClickSettings(4, 3, 8, 2, 16, 16, .1, 64, 1, 1);
    private static final FitSettings FIT = new FitSettings(12, 4, 1e-2, 20, 0, 5, 3);

    private static Torch torch;

    @TempDir private Path work;

    @BeforeAll
    static void start() {
        torch = Torch.open(1, TorchCache.folder());
    }

    @AfterAll
    static void stop() {
        torch.close();
    }

    /** What happens hangs on a product of two numbers, and on pairs of categories. */
    private static double odds(float a, float b, float c, int shelf, int device) {
        double odds = 4 * a * b + ((shelf + device) % 3 == 0 ? 2 : -1);
        return odds + (Float.isNaN(c) ? 2 : 0);
    }

    private static ClickRows rows(int count, long seed, double fewer) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count * NUMBERS.size()];
        int[] codes = new int[count * FIELDS.size()];
        boolean[] labels = new boolean[count];
        for (int row = 0; row < count; row++) {
            float a = (float) (2 * random.nextDouble() - 1);
            float b = (float) (2 * random.nextDouble() - 1);
            float c = random.nextInt(4) == 0 ? Float.NaN : (float) random.nextDouble();
            System.arraycopy(new float[] {a, b, c}, 0, values, row * 3, 3);
            codes[row * 2] = random.nextInt(20);
            codes[row * 2 + 1] = random.nextInt(3);
            double odds = odds(a, b, c, codes[row * 2], codes[row * 2 + 1]) - fewer;
            labels[row] = random.nextDouble() < 1 / (1 + Math.exp(-odds));
        }
        return new ClickRows(NUMBERS, values, FIELDS, codes, labels);
    }

    private ClickTrainer trainer(ClickSettings settings, ClickRows train, ClickRows valid) {
        return new ClickTrainer(torch, settings, FIT, train, valid, work);
    }

    private static double constantLoss(ClickRows rows) {
        double rate = rows.positives() / (double) rows.rows();
        return -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate);
    }

    @Test
    void learnsWhatPairsOfFeaturesSay() {
        ClickRows valid = rows(1_000, 2, 0);
        LearningCurve curve = trainer(SETTINGS, rows(4_000, 1, 0), valid).fit(null, Progress.NONE);
        assertThat(-curve.bestValidation()).isLessThan(.85 * constantLoss(valid));
    }

    @Test
    void whatServesComputesWhatWasFitted() {
        ClickTrainer trainer = trainer(SETTINGS, rows(500, 1, 0), rows(500, 2, 0));
        trainer.begin(1);
        trainer.train(0, 1e-2);
        Path file = work.resolve("clicks.onnx");
        trainer.export(file);
        ClickRows asked = rows(200, 9, 0);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT);
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            double[] served =
                    trainer.model(session).scores(asked.values(), asked.codes(), asked.rows());
            float[] fitted = trainer.scores(asked);
            for (int row = 0; row < fitted.length; row++) {
                assertThat(served[row]).isCloseTo(fitted[row], within(1e-4));
            }
        }
    }

    /** Of 2 % positives a tenth of the negatives, or tenfold positives, give the same rate. */
    @Test
    void probabilitiesAreCorrectedForHowRowsAreDrawn() {
        ClickRows train = rows(12_000, 1, 6);
        ClickRows valid = rows(6_000, 2, 6);
        double rate = valid.positives() / (double) valid.rows();
        assertThat(rate).isLessThan(.05);
        for (ClickSettings settings :
                List.of(SETTINGS.withBalance(.1, 1), SETTINGS.withBalance(1, 10))) {
            ClickTrainer trainer = trainer(settings, train, valid);
            trainer.fit(null, Progress.NONE);
            Path file = work.resolve("clicks.onnx");
            trainer.export(file);
            try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
                double mean =
                        Arrays.stream(
                                        trainer.model(session)
                                                .scores(
                                                        valid.values(),
                                                        valid.codes(),
                                                        valid.rows()))
                                .map(score -> 1 / (1 + Math.exp(-score)))
                                .average()
                                .orElseThrow();
                assertThat(mean).isCloseTo(rate, within(.35 * rate));
            }
            trainer.begin(1);
            int drawn = 0;
            for (int batch = 0; batch < trainer.batches(); batch++) {
                drawn += trainer.rows(batch);
            }
            assertThat(drawn / (double) train.rows())
                    .isCloseTo(settings.negativeShare() < 1 ? .12 : 1, within(.03));
        }
    }

    @Test
    void goesOnWhereItWasKilled() {
        FitSettings four = FIT.withEpochs(4);
        ClickRows train = rows(600, 1, 0);
        ClickRows valid = rows(300, 2, 0);
        ClickTrainer whole = new ClickTrainer(torch, SETTINGS, four, train, valid, work);
        whole.fit(null, Progress.NONE);

        Checkpoint checkpoint = new Checkpoint(work.resolve("fit"), "the same");
        Progress killing =
                new Progress() {
                    private int begun;

                    @Override
                    public void start(String task, String unit, long total) {
                        if (++begun == 3) {
                            throw new IllegalStateException("killed");
                        }
                    }

                    @Override
                    public void advance(long done) {}

                    @Override
                    public void finish(String summary) {}
                };
        ClickTrainer killed = new ClickTrainer(torch, SETTINGS, four, train, valid, work);
        assertThatThrownBy(() -> killed.fit(checkpoint, killing)).hasMessage("killed");
        ClickTrainer resumed = new ClickTrainer(torch, SETTINGS, four, train, valid, work);
        LearningCurve curve = resumed.fit(checkpoint, Progress.NONE);
        assertThat(curve.points()).hasSize(4);
        for (String name : whole.parameters().names()) {
            assertThat(resumed.parameters().values(name))
                    .isEqualTo(whole.parameters().values(name));
        }
    }

    @Test
    void refusesALossThatExplodes() {
        FitSettings absurd = new FitSettings(3, 3, 1e30, 0, 0, 1e30, 7);
        ClickTrainer trainer =
                new ClickTrainer(torch, SETTINGS, absurd, rows(600, 1, 0), rows(300, 2, 0), work);
        assertThatThrownBy(() -> trainer.fit(null, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("not finite");
    }

    @Test
    void refusesWhatLearnedNothing() {
        ClickRows train = rows(600, 1, 0);
        SplittableRandom random = new SplittableRandom(4);
        boolean[] chance = new boolean[train.rows()];
        for (int row = 0; row < chance.length; row++) {
            chance[row] = random.nextBoolean();
        }
        ClickRows noise = new ClickRows(NUMBERS, train.values(), FIELDS, train.codes(), chance);
        ClickTrainer trainer =
                new ClickTrainer(
                        torch,
                        SETTINGS,
                        new FitSettings(6, 6, .5, 0, 0, 5, 1),
                        noise,
                        rows(300, 2, 4),
                        work);
        assertThatThrownBy(() -> trainer.fit(null, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("learned nothing")
                .extracting(e -> ((VitrineException) e).code())
                .isEqualTo(TrainingError.FIT_FAILED);
    }

    @Test
    void refusesRowsThatTeachNothing() {
        ClickRows good = rows(100, 1, 0);
        ClickRows same =
                new ClickRows(NUMBERS, good.values(), FIELDS, good.codes(), new boolean[100]);
        assertThatThrownBy(() -> trainer(SETTINGS, same, good))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("of the 100 rows to fit 0 are positive");
        assertThatThrownBy(() -> trainer(SETTINGS, good, same))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("of the 100 rows to validate 0 are positive");
        float[] nan = good.values().clone();
        for (int row = 0; row < 100; row++) {
            nan[row * 3 + 1] = Float.NaN;
        }
        assertThatThrownBy(() ->
                        trainer(
                                SETTINGS,
                                new ClickRows(NUMBERS, nan, FIELDS, good.codes(), good.labels()),
                                good))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("the number b is missing in every row");
        float[] infinite = good.values().clone();
        infinite[4] = Float.POSITIVE_INFINITY;
        assertThatThrownBy(
                        () -> new ClickRows(NUMBERS, infinite, FIELDS, good.codes(), good.labels()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("the number b of row 1 is infinite");
        int[] beyond = good.codes().clone();
        beyond[3] = 3;
        assertThatThrownBy(
                        () -> new ClickRows(NUMBERS, good.values(), FIELDS, beyond, good.labels()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("the category device of row 1 is 3, expected 0 to 2");
    }
}
