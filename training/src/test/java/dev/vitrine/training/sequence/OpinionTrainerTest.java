package dev.vitrine.training.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDScope;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.retrieval.sequence.OpinionModel.Head;
import dev.vitrine.retrieval.sequence.OpinionQuestions;
import dev.vitrine.training.evaluation.BinaryFigures;
import dev.vitrine.training.network.Checkpoint;
import dev.vitrine.training.network.Fit;
import dev.vitrine.training.network.FitSettings;
import dev.vitrine.training.network.LearningCurve;
import dev.vitrine.training.network.Torch;
import dev.vitrine.training.network.TorchCache;
import dev.vitrine.training.sequence.SequenceSettings.Kind;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Opinions of which it is known how they come about. */
class OpinionTrainerTest {
    private static final int ITEMS = 60;
    private static final int GROUPS = 6;
    private static final int LONGEST = 8;
    private static final double NOISE = .4;
    private static final FitSettings FIT = new FitSettings(20, 4, 1e-2, 20, 0, 5, 1);

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

    private static OpinionSettings settings(Kind kind, Head head) {
        SequenceSettings history =
                new SequenceSettings(kind, 16, 1, 2, 32, LONGEST, 0, 0, 0, 0, 0, 64 * LONGEST);
        return new OpinionSettings(head, history, 2, 16, .1, 1);
    }

    private static OpinionSettings settings(Head head) {
        return settings(Kind.RECURRENT, head);
    }

    /** Ten questions about each of some people, at ten moments of twenty events; one in ten new. */
    private static OpinionQuestions questions(int people, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int[] events = random.ints(20L * people, 0, ITEMS).toArray();
        int[] from = new int[10 * people];
        int[] to = new int[from.length];
        for (int i = 0; i < from.length; i++) {
            from[i] = i / 10 * 20;
            to[i] = from[i] + (i % 10 == 0 ? 0 : 1 + random.nextInt(20));
        }
        int[] asked = random.ints(from.length, 0, ITEMS).toArray();
        return new OpinionQuestions(ITEMS, 0, events, new int[0], from, to, asked);
    }

    /** Liked is what is of the group of one of the last two items; so all items are liked alike. */
    private static OpinionRows likes(int people, long seed) {
        OpinionQuestions questions = questions(people, seed);
        float[] labels = new float[questions.size()];
        for (int i = 0; i < labels.length; i++) {
            int to = questions.to()[i];
            for (int event = Math.max(questions.from()[i], to - 2); event < to; event++) {
                if (questions.events()[event] % GROUPS == questions.asked()[i] % GROUPS) {
                    labels[i] = 1;
                }
            }
        }
        return new OpinionRows(questions, labels);
    }

    /** What makes an item: -1 or 1 twice. */
    private static double factor(int item, int component) {
        return (item >> component & 1) == 0 ? -1 : 1;
    }

    /**
     * Stars about 3: what the item has of its own, and how well it goes with the mean of what was
     * met last.
     */
    private static OpinionRows ratings(int people, long seed) {
        OpinionQuestions questions = questions(people, seed);
        SplittableRandom random = new SplittableRandom(seed + 1);
        float[] labels = new float[questions.size()];
        for (int i = 0; i < labels.length; i++) {
            int item = questions.asked()[i];
            int to = questions.to()[i];
            int from = Math.max(questions.from()[i], to - 4);
            double taste = 0;
            for (int event = from; event < to; event++) {
                for (int c = 0; c < 2; c++) {
                    taste += factor(questions.events()[event], c) * factor(item, c);
                }
            }
            labels[i] =
                    (float) (3 + .3 * factor(item, 2) + .5 * taste + NOISE * random.nextGaussian());
        }
        return new OpinionRows(questions, labels);
    }

    private OpinionTrainer trainer(OpinionSettings settings, OpinionRows train, OpinionRows valid) {
        return new OpinionTrainer(torch, settings, FIT, train, valid, work);
    }

    private float[] served(OpinionTrainer trainer, OpinionQuestions questions) {
        Path file = work.resolve("opinion.onnx");
        trainer.export(file);
        try (OnnxSession session = OnnxSession.open(file, SessionSettings.DEFAULT)) {
            return trainer.model(session).answers(questions);
        }
    }

    /** What each item got on average in the training rows, for each row that is asked. */
    private static double[] itemMeans(OpinionRows train, OpinionQuestions asked) {
        double[] sum = new double[ITEMS];
        double[] count = new double[ITEMS];
        for (int i = 0; i < train.rows(); i++) {
            sum[train.questions().asked()[i]] += train.labels()[i];
            count[train.questions().asked()[i]]++;
        }
        return Arrays.stream(asked.asked()).mapToDouble(i -> sum[i] / count[i]).toArray();
    }

    private static double auc(double[] scores, OpinionRows rows) {
        boolean[] liked = new boolean[rows.rows()];
        for (int i = 0; i < liked.length; i++) {
            liked[i] = rows.labels()[i] > 0;
        }
        return BinaryFigures.of(scores, liked, .5).auc();
    }

    private static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        Arrays.setAll(doubles, i -> values[i]);
        return doubles;
    }

    private static double rmse(double[] said, OpinionRows rows) {
        double sum = 0;
        for (int i = 0; i < said.length; i++) {
            sum += (said[i] - rows.labels()[i]) * (said[i] - rows.labels()[i]);
        }
        return Math.sqrt(sum / said.length);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void likesHangOnTheHistory(long seed) {
        OpinionRows train = likes(600, seed);
        OpinionRows test = likes(200, seed + 20);
        OpinionTrainer trainer =
                new OpinionTrainer(
                        torch,
                        settings(Head.SIGMOID),
                        FIT.withSeed(seed),
                        train,
                        likes(100, seed + 10),
                        work);
        trainer.fit(null, Progress.NONE);
        double popularity = auc(itemMeans(train, test.questions()), test);
        assertThat(popularity).isBetween(.4, .6);
        assertThat(auc(doubles(served(trainer, test.questions())), test)).isGreaterThan(.9);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void ratingsHangOnTasteAndItem(long seed) {
        OpinionRows train = ratings(1_000, seed);
        OpinionRows test = ratings(200, seed + 20);
        OpinionTrainer trainer =
                new OpinionTrainer(
                        torch,
                        settings(Head.LINEAR),
                        FIT.withSeed(seed),
                        train,
                        ratings(100, seed + 10),
                        work);
        LearningCurve curve = trainer.fit(null, Progress.NONE);
        double byMean = rmse(itemMeans(train, test.questions()), test);
        double found = rmse(doubles(served(trainer, test.questions())), test);
        assertThat(byMean).isGreaterThan(3 * NOISE);
        assertThat(found).isLessThan(1.3 * NOISE);
        assertThat(-curve.bestValidation()).isLessThan(1.3 * NOISE);
    }

    /** What is said of an empty history is what the item has of its own, whoever met it before. */
    @Test
    void anEmptyHistoryGetsTheItemsOwn() {
        OpinionTrainer trainer = trainer(settings(Head.LINEAR), ratings(600, 1), ratings(100, 2));
        trainer.fit(null, Progress.NONE);
        int[] all = new int[ITEMS];
        Arrays.setAll(all, i -> i);
        float[] own = served(trainer, OpinionQuestions.of(ITEMS, new int[ITEMS][0], all));
        double off = 0;
        for (int item = 0; item < ITEMS; item++) {
            off += Math.abs(own[item] - (3 + .3 * factor(item, 2))) / ITEMS;
        }
        assertThat(off).isLessThan(.2);
    }

    @ParameterizedTest
    @CsvSource({
        "RECURRENT, SIGMOID, 0",
        "RECURRENT, SIGMOID, 3",
        "RECURRENT, LINEAR, 3",
        "TRANSFORMER, SIGMOID, 0"
    })
    void whatServesComputesWhatWasFitted(Kind kind, Head head, int tagKinds) {
        OpinionRows plain = head == Head.LINEAR ? ratings(60, 3) : likes(60, 3);
        OpinionRows rows = new OpinionRows(tagged(plain.questions(), tagKinds), plain.labels());
        OpinionTrainer trainer = trainer(settings(kind, head), rows, rows);
        trainer.begin(1);
        for (int batch = 0; batch < trainer.batches(); batch++) {
            trainer.train(batch, 1e-2);
        }
        int[][] histories = {{}, {7}, {1, 2, 3, 4, 5, 6, 7, 8}, {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}};
        OpinionQuestions edges = OpinionQuestions.of(ITEMS, histories, new int[] {0, 7, 59, 30});
        OpinionQuestions empty = OpinionQuestions.of(ITEMS, new int[][] {{}}, new int[] {4});
        for (OpinionQuestions asked :
                new OpinionQuestions[] {
                    rows.questions(), tagged(edges, tagKinds), tagged(empty, tagKinds)
                }) {
            float[] served = served(trainer, asked);
            try (NDScope scope = new NDScope()) {
                scope.suppressNotUsedWarning();
                float[] fitted = trainer.answers(asked);
                for (int i = 0; i < fitted.length; i++) {
                    assertThat(served[i]).isCloseTo(fitted[i], within(1e-4f));
                }
            }
        }
    }

    private static OpinionQuestions tagged(OpinionQuestions of, int kinds) {
        int[] tags = new int[kinds == 0 ? 0 : of.events().length];
        Arrays.setAll(tags, i -> i * 7 % kinds);
        return new OpinionQuestions(
                of.items(), kinds, of.events(), tags, of.from(), of.to(), of.asked());
    }

    /** The kind of the newest event decides, its item does not. */
    @Test
    void kindsOfEventsCount() {
        OpinionQuestions train = tagged(questions(400, 1), 3);
        OpinionQuestions test = tagged(questions(100, 2), 3);
        OpinionTrainer trainer =
                trainer(settings(Head.SIGMOID), byNewestKind(train), byNewestKind(test));
        trainer.fit(null, Progress.NONE);
        assertThat(auc(doubles(served(trainer, test)), byNewestKind(test))).isGreaterThan(.95);
    }

    private static OpinionRows byNewestKind(OpinionQuestions of) {
        float[] labels = new float[of.size()];
        for (int i = 0; i < labels.length; i++) {
            int to = of.to()[i];
            labels[i] = to > of.from()[i] && of.tags()[to - 1] == 1 ? 1 : 0;
        }
        return new OpinionRows(of, labels);
    }

    /** With positives that weigh tenfold the mean probability is still the rate. */
    @Test
    void probabilitiesAreCorrectedForWeights() {
        OpinionRows valid = rare(byNewestKind(tagged(questions(200, 2), 3)));
        assertThat(valid.mean()).isLessThan(.1);
        OpinionSettings plain = settings(Head.SIGMOID);
        OpinionTrainer trainer =
                trainer(
                        new OpinionSettings(plain.head(), plain.history(), 2, 16, .1, 10),
                        rare(byNewestKind(tagged(questions(400, 1), 3))),
                        valid);
        trainer.fit(null, Progress.NONE);
        double mean =
                Arrays.stream(doubles(served(trainer, valid.questions()))).average().orElseThrow();
        assertThat(mean).isCloseTo(valid.mean(), within(.3 * valid.mean()));
    }

    /** Of what was liked, one in five. */
    private static OpinionRows rare(OpinionRows rows) {
        SplittableRandom random = new SplittableRandom(5);
        float[] labels = rows.labels().clone();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = random.nextInt(5) == 0 ? labels[i] : 0;
        }
        return new OpinionRows(rows.questions(), labels);
    }

    /** An event that no row of these has in its history is not met. */
    @Test
    void onlyWhatRowsShowCountsAsMet() {
        OpinionQuestions all =
                new OpinionQuestions(
                        4,
                        0,
                        new int[] {0, 1, 1, 2, 3},
                        new int[0],
                        new int[] {0, 0, 3},
                        new int[] {2, 3, 5},
                        new int[] {3, 3, 0});
        OpinionRows rows = new OpinionRows(all, new float[] {0, 1, 1});
        assertThat(rows.pick(new int[] {0, 1}).occurrences()).containsExactly(1, 2, 0, 2);
    }

    @Test
    void goesOnWhereItWasKilled() {
        OpinionRows train = likes(60, 1);
        OpinionRows valid = likes(30, 2);
        FitSettings four = FIT.withEpochs(4);
        OpinionSettings settings = settings(Head.SIGMOID);
        OpinionTrainer whole = new OpinionTrainer(torch, settings, four, train, valid, work);
        new Fit(four, null, Progress.NONE).run(whole);

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
        OpinionTrainer killed = new OpinionTrainer(torch, settings, four, train, valid, work);
        assertThatThrownBy(() -> killed.fit(checkpoint, killing)).hasMessage("killed");
        OpinionTrainer resumed = new OpinionTrainer(torch, settings, four, train, valid, work);
        new Fit(four, checkpoint, Progress.NONE).run(resumed);
        for (String name : whole.parameters().names()) {
            assertThat(resumed.parameters().values(name))
                    .isEqualTo(whole.parameters().values(name));
        }
    }

    @Test
    void refusesALossThatExplodes() {
        FitSettings absurd = new FitSettings(3, 3, 1e30, 0, 0, 1e30, 7);
        OpinionTrainer trainer =
                new OpinionTrainer(
                        torch, settings(Head.LINEAR), absurd, ratings(60, 1), ratings(30, 2), work);
        assertThatThrownBy(() -> trainer.fit(null, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("not finite");
    }

    @ParameterizedTest
    @CsvSource({"SIGMOID", "LINEAR"})
    void refusesWhatLearnedNothing(Head head) {
        SplittableRandom random = new SplittableRandom(4);
        OpinionQuestions questions = questions(60, 1);
        float[] chance = new float[questions.size()];
        for (int i = 0; i < chance.length; i++) {
            chance[i] = random.nextInt(2);
        }
        OpinionRows valid = likes(30, 2);
        float[] other = valid.labels().clone();
        for (int i = 0; i < other.length; i++) {
            other[i] = i % 2;
        }
        OpinionTrainer trainer =
                new OpinionTrainer(
                        torch,
                        settings(head),
                        new FitSettings(3, 3, .5, 0, 0, 5, 1),
                        new OpinionRows(questions, chance),
                        new OpinionRows(valid.questions(), other),
                        work);
        assertThatThrownBy(() -> trainer.fit(null, Progress.NONE))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("learned nothing");
    }

    private void refuses(Head head, OpinionRows train, OpinionRows valid, String why) {
        assertThatThrownBy(() -> trainer(settings(head), train, valid))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why);
    }

    @Test
    void refusesRowsThatTeachNothing() {
        OpinionRows good = likes(20, 1);
        OpinionQuestions asked = good.questions();
        OpinionRows same = new OpinionRows(asked, new float[200]);
        for (Head head : Head.values()) {
            refuses(head, same, good, "the label of all 200 rows to fit is 0.0");
            refuses(head, good, same, "the label of all 200 rows to validate is 0.0");
            refuses(head, good.pick(new int[0]), good, "there are no rows to fit");
        }
        refuses(Head.SIGMOID, ratings(20, 1), good, "expected 0 or 1");
        OpinionRows one =
                new OpinionRows(
                        OpinionQuestions.of(1, new int[][] {{0}, {}}, new int[2]),
                        new float[] {0, 1});
        refuses(Head.SIGMOID, one, one, "two items at least are needed, there are 1");
        refuses(Head.SIGMOID, good, one, "different items");
        OpinionRows nobody =
                new OpinionRows(
                        OpinionQuestions.of(ITEMS, new int[][] {{}, {}}, new int[2]),
                        new float[] {0, 1});
        refuses(Head.SIGMOID, nobody, good, "none of the 2 rows to fit has a history");
        float[] nan = good.labels().clone();
        nan[3] = Float.NaN;
        assertThatThrownBy(() -> new OpinionRows(asked, nan))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("the label of row 3 is NaN");
        assertThatThrownBy(() -> new OpinionRows(asked, new float[1]))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("1 labels for 200 rows");
        SequenceSettings history = settings(Head.LINEAR).history();
        assertThatThrownBy(() -> new OpinionSettings(Head.LINEAR, history, 2, 16, .1, 2))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("ratings have none");
    }
}
