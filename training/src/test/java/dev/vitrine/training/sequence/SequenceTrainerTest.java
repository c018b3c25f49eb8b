package dev.vitrine.training.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.sequence.SequenceSource;
import dev.vitrine.training.network.Checkpoint;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SequenceTrainerTest {
    private static final int ITEMS = 40;
    private static final FitSettings FIT = new FitSettings(20, 20, 1e-2, 10, 0, 5, 7);

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

    private static SequenceSettings settings(SequenceSettings.Kind kind, int negatives) {
        return new SequenceSettings(kind, 16, 2, 2, 32, 10, .1, .1, 10, 0, negatives, 256);
    }

    /** The item after {@code i} is {@code 7 i + 3}, but for one in ten. */
    private static int[][] walks(int count) {
        SplittableRandom random = new SplittableRandom(3);
        int[][] walks = new int[count][];
        for (int w = 0; w < count; w++) {
            walks[w] = new int[3 + random.nextInt(12)];
            walks[w][0] = random.nextInt(ITEMS);
            for (int i = 1; i < walks[w].length; i++) {
                boolean astray = random.nextInt(10) == 0;
                walks[w][i] = astray ? random.nextInt(ITEMS) : after(walks[w][i - 1]);
            }
        }
        return walks;
    }

    private static int after(int item) {
        return (7 * item + 3) % ITEMS;
    }

    /** The share of items whose follower comes first. */
    private static double hits(SequenceModel model) {
        float[] scores = new float[model.items()];
        int hits = 0;
        for (int item = 0; item < ITEMS; item++) {
            model.score(History.of(item), scores);
            int best = 0;
            for (int other = 1; other < ITEMS; other++) {
                best = scores[other] > scores[best] ? other : best;
            }
            hits += best == after(item) ? 1 : 0;
        }
        return hits / (double) ITEMS;
    }

    private SequenceTrainer trainer(
            SequenceSettings settings, ToDoubleFunction<SequenceModel> judge) {
        return new SequenceTrainer(torch, settings, FIT, ITEMS, walks(300), judge, work);
    }

    @ParameterizedTest
    @EnumSource(SequenceSettings.Kind.class)
    void learnsWhatFollows(SequenceSettings.Kind kind) {
        SequenceTrainer trainer = trainer(settings(kind, 0), SequenceTrainerTest::hits);
        LearningCurve curve = new Fit(FIT, null, Progress.NONE).run(trainer);
        assertThat(curve.bestValidation()).isGreaterThan(.95);
        assertThat(curve.points().getLast().loss()).isLessThan(curve.points().getFirst().loss());
    }

    @Test
    void learnsFromItemsDrawnByChanceToo() {
        SequenceTrainer trainer =
                trainer(settings(SequenceSettings.Kind.TRANSFORMER, 16), SequenceTrainerTest::hits);
        LearningCurve curve = new Fit(FIT, null, Progress.NONE).run(trainer);
        assertThat(curve.bestValidation()).isGreaterThan(.7);
    }

    /**
     * With all items or some drawn by chance, whose vectors lie outside of the engine; with cosines
     * or products; with and without features.
     */
    @ParameterizedTest
    @CsvSource({
        "TRANSFORMER, 0, 10, 0",
        "RECURRENT, 0, 10, 0",
        "TRANSFORMER, 16, 0, 0",
        "TRANSFORMER, 16, 0, 12",
        "RECURRENT, 16, 0, 12",
        "TRANSFORMER, 16, 14, 12",
        "TRANSFORMER, 0, 0, 12"
    })
    void whatServesComputesWhatWasFitted(
            SequenceSettings.Kind kind, int negatives, double scale, int features) {
        SequenceSettings settings =
                new SequenceSettings(kind, 16, 2, 2, 32, 10, .1, .1, scale, 0, negatives, 256);
        SequenceTrainer trainer =
                new SequenceTrainer(
                        torch,
                        settings,
                        FIT,
                        ITEMS,
                        walks(300),
                        described(features),
                        SequenceTrainerTest::hits,
                        work);
        for (int epoch = 1; epoch <= 3; epoch++) {
            trainer.begin(epoch);
            for (int batch = 0; batch < trainer.batches(); batch++) {
                trainer.train(batch, 1e-2);
            }
        }
        Path file = work.resolve("model.onnx");
        trainer.export(file);
        int[][] histories = likeReal(200);
        History[] asked = Arrays.stream(histories).map(History::of).toArray(History[]::new);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT);
                NDScope scope = new NDScope()) {
            scope.suppressNotUsedWarning();
            float[] queries = trainer.model(session).queries(asked, asked.length);
            for (int i = 0; i < histories.length; i++) {
                NDArray fitted = trainer.query(newest(histories[i], settings.longest()));
                float[] expected = fitted.toFloatArray();
                for (int d = 0; d < settings.width(); d++) {
                    assertThat(queries[i * settings.width() + d])
                            .isCloseTo(expected[d], within(1e-4f));
                }
            }
        }
    }

    /** Up to three features of each item, of as many as there are. */
    private static ItemFeatures described(int features) {
        if (features == 0) {
            return ItemFeatures.NONE;
        }
        int[][] described = new int[ITEMS][];
        Arrays.setAll(
                described,
                item -> IntStream.range(0, item % 4).map(f -> (item + 5 * f) % features).toArray());
        return ItemFeatures.alike(features, described, 0);
    }

    /**
     * Histories as shops have them: most are short and some longer than the network looks back, few
     * items are met often, and the same one may come again at once.
     */
    private static int[][] likeReal(int count) {
        SplittableRandom random = new SplittableRandom(11);
        int[][] histories = new int[count][];
        for (int h = 0; h < count; h++) {
            int length = (int) Math.min(60, 1 / Math.sqrt(1 - random.nextDouble()));
            histories[h] = new int[Math.max(1, length)];
            for (int i = 0; i < histories[h].length; i++) {
                double popular = random.nextDouble();
                boolean again = i > 0 && random.nextInt(5) == 0;
                histories[h][i] =
                        again ? histories[h][i - 1] : (int) (ITEMS * popular * popular * popular);
            }
        }
        histories[0] = new int[60];
        Arrays.setAll(histories[0], i -> i % ITEMS);
        histories[1] = new int[10];
        return histories;
    }

    /** What follows depends on the last event alone: it is named as the cause, and is it. */
    @Test
    void theEventThatWeighedMostIsTheOneThatDid() throws IOException {
        SequenceTrainer trainer =
                trainer(settings(SequenceSettings.Kind.TRANSFORMER, 0), SequenceTrainerTest::hits);
        new Fit(FIT, null, Progress.NONE).run(trainer);
        Path file = work.resolve("model.onnx");
        trainer.export(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            SequenceModel model = trainer.model(session);
            int named = 0;
            for (int first = 0; first < ITEMS; first++) {
                History history = History.of((first + 11) % ITEMS, (first + 5) % ITEMS, first);
                float[] contributions = model.contributions(history, after(first));
                named +=
                        contributions[2] > contributions[0] && contributions[2] > contributions[1]
                                ? 1
                                : 0;
            }
            assertThat(named).isGreaterThan(ITEMS * 9 / 10);
            assertThat(servedFirst(new SequenceSource(model, model.table(1))))
                    .isGreaterThan(ITEMS * 9 / 10);
            assertThat(model.contributions(History.of(1, 2), ITEMS)).containsExactly(0, 0);
        }
    }

    /** How many items have their follower first in what is served, with the score of the best. */
    private static int servedFirst(SequenceSource source) {
        int first = 0;
        TopItems best = new TopItems(5);
        for (int item = 0; item < ITEMS; item++) {
            best.clear();
            source.collect(History.of(item), ItemMask.all(ITEMS), best);
            best.sort();
            first += best.item(0) == after(item) && best.score(0) == 1 ? 1 : 0;
        }
        best.clear();
        source.collect(History.EMPTY, ItemMask.all(ITEMS), best);
        assertThat(best.size()).isZero();
        return first;
    }

    private static int[] newest(int[] history, int most) {
        return Arrays.copyOfRange(history, Math.max(0, history.length - most), history.length);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8})
    void goesOnWhereItWasKilled(int negatives) {
        SequenceSettings settings = settings(SequenceSettings.Kind.TRANSFORMER, negatives);
        SequenceTrainer whole = trainer(settings, SequenceTrainerTest::hits);
        LearningCurve expected = new Fit(FIT, null, Progress.NONE).run(whole);

        int[] epochs = {0};
        Checkpoint checkpoint = new Checkpoint(work.resolve("fit"), "the same");
        SequenceTrainer killed =
                trainer(
                        settings,
                        model -> {
                            if (++epochs[0] == 5) {
                                throw new IllegalStateException("killed");
                            }
                            return hits(model);
                        });
        assertThatThrownBy(() -> new Fit(FIT, checkpoint, Progress.NONE).run(killed))
                .hasMessage("killed");
        SequenceTrainer resumed = trainer(settings, SequenceTrainerTest::hits);
        LearningCurve curve = new Fit(FIT, checkpoint, Progress.NONE).run(resumed);

        assertThat(curve.points().stream().map(LearningCurve.Point::loss))
                .isEqualTo(expected.points().stream().map(LearningCurve.Point::loss).toList());
        assertThat(curve.best()).isEqualTo(expected.best());
        for (String name : whole.parameters().names()) {
            assertThat(resumed.parameters().values(name))
                    .isEqualTo(whole.parameters().values(name));
        }
    }

    @Test
    void anotherFitsCheckpointIsNotUsed() {
        SequenceSettings settings = settings(SequenceSettings.Kind.TRANSFORMER, 0);
        Path file = work.resolve("fit");
        new Fit(FIT, new Checkpoint(file, "one"), Progress.NONE)
                .run(trainer(settings, SequenceTrainerTest::hits));
        int[] epochs = {0};
        new Fit(FIT, new Checkpoint(file, "another"), Progress.NONE)
                .run(
                        trainer(
                                settings,
                                model -> {
                                    epochs[0]++;
                                    return hits(model);
                                }));
        assertThat(epochs[0]).isEqualTo(FIT.epochs());
    }

    /** An item comes later that is described as item 5 is. */
    @ParameterizedTest
    @ValueSource(ints = {0, 16})
    void anItemThatCameLaterIsKnownByItsFeatures(int negatives) {
        int[][] described = new int[ITEMS][];
        Arrays.setAll(described, item -> new int[] {item});
        SequenceTrainer trainer =
                new SequenceTrainer(
                        torch,
                        settings(SequenceSettings.Kind.TRANSFORMER, negatives),
                        FIT,
                        ITEMS,
                        walks(300),
                        ItemFeatures.alike(ITEMS, described, .5),
                        SequenceTrainerTest::hits,
                        work);
        new Fit(FIT, null, Progress.NONE).run(trainer);
        Path file = work.resolve("model.onnx");
        trainer.export(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            SequenceModel model = trainer.model(session, trainer.vector(new int[] {5}, 1f));
            float[] scores = new float[ITEMS + 1];
            model.score(History.of(ITEMS), scores);
            assertThat(rank(scores, after(5))).isLessThan(3);
            int before = 0;
            while (after(before) != 5) {
                before++;
            }
            model.score(History.of(before), scores);
            assertThat(rank(scores, ITEMS)).isLessThan(3);
        }
    }

    /** How many items score higher. */
    private static int rank(float[] scores, int item) {
        int above = 0;
        for (float score : scores) {
            above += score > scores[item] ? 1 : 0;
        }
        return above;
    }

    @Test
    void refusesFeaturesThatDoNotFit() {
        assertThatThrownBy(() -> ItemFeatures.alike(2, new int[][] {{2}}, 0))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("feature 2 of 2");
        assertThatThrownBy(() ->
                        new ItemFeatures(1, new int[][] {{0}}, new float[][] {{Float.NaN}}, 0))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void refusesALossThatExplodes() {
        FitSettings absurd = new FitSettings(3, 3, 1e30, 0, 0, 1e30, 7);
        SequenceTrainer trainer =
                new SequenceTrainer(
                        torch,
                        settings(SequenceSettings.Kind.TRANSFORMER, 0),
                        absurd,
                        ITEMS,
                        walks(300),
                        SequenceTrainerTest::hits,
                        work);
        assertThatThrownBy(() -> new Fit(absurd, null, Progress.NONE).run(trainer))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("not finite");
    }

    @Test
    void refusesHistoriesThatTeachNothing() {
        assertThatThrownBy(() ->
                        new SequenceTrainer(
                                torch,
                                settings(SequenceSettings.Kind.TRANSFORMER, 0),
                                FIT,
                                ITEMS,
                                new int[][] {{1}, {2}, {}},
                                SequenceTrainerTest::hits,
                                work))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("two items");
    }
}
