package dev.vitrine.retrieval.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.table.TableWriter;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of a model whose graph answers with the last vector of a history. */
class SequenceModelTest {
    private static final int WIDTH = 4;

    @TempDir private Path folder;

    private static Map<String, Tensor> last(Map<String, Tensor> in) {
        Tensor history = Objects.requireNonNull(in.get("history"));
        FloatBuffer vectors = history.data().asFloatBuffer();
        long[] shape = history.shape();
        ByteBuffer query = Tensor.direct(4L * shape[0] * WIDTH);
        for (int row = 0; row < shape[0]; row++) {
            int last = (int) Objects.requireNonNull(in.get("last")).data().getLong(8 * row);
            for (int d = 0; d < WIDTH; d++) {
                float value = vectors.get((row * (int) shape[1] + last) * WIDTH + d);
                query.putFloat(4 * (row * WIDTH + d), value);
            }
        }
        return Map.of("query", Tensor.of(TensorType.FP32, new long[] {shape[0], WIDTH}, query));
    }

    /** Two items that were learned of, as the numbers 1 and 3 among five; 0 is described. */
    private static SequenceModel model() {
        float[] learned = {1, 0, 0, 0, 0, 2, 0, 0};
        return new SequenceModel(SequenceModelTest::last, 2, WIDTH, 10, true, learned)
                .over(
                        new int[] {1, 3},
                        5,
                        (item, vector) -> {
                            vector[2] = item == 0 ? 3 : 0;
                            return item == 0;
                        });
    }

    private static float[] query(SequenceModel model, int... items) {
        return model.queries(new History[] {History.of(items)}, 1);
    }

    @Test
    void whatIsDescribedIsKnownButNotLearned() {
        SequenceModel model = model();
        assertThat(query(model, 1, 0)).containsExactly(0, 0, 3, 0);
        assertThat(model.isLearned(0)).isFalse();
        assertThat(model.isLearned(3)).isTrue();
        assertThat(model.table(1).contains(0)).isTrue();
        assertThat(model.table(1).contains(2)).isFalse();
    }

    @Test
    void aProductThatCameLaterIsHeardAndScored() {
        SequenceModel model = model();
        assertThat(query(model, 1, 70)).containsExactly(1, 0, 0, 0);
        assertThat(model.describe(70, new float[] {0, 0, 3, 4}))
                .hasValue(new float[] {0, 0, .6f, .8f});
        assertThat(query(model, 1, 70)).containsExactly(0, 0, 3, 4);
        assertThat(model.contributions(History.of(1, 70), 70)[1]).isPositive();
        model.describe(70, new float[] {0, 0, 0, 5});
        assertThat(query(model, 1, 70)).containsExactly(0, 0, 0, 5);
        model.describe(0, new float[] {7, 0, 0, 0});
        assertThat(query(model, 0)).containsExactly(7, 0, 0, 0);
    }

    @Test
    void whatWasLearnedStaysAndWhatSaysNothingIsNotTaken() {
        SequenceModel model = model();
        assertThat(model.describe(3, new float[] {9, 9, 9, 9})).isEmpty();
        assertThat(query(model, 3)).containsExactly(0, 2, 0, 0);
        assertThat(model.describe(70, new float[WIDTH])).isEmpty();
        assertThat(model.describe(70, new float[] {Float.NaN, 1, 1, 1})).isEmpty();
        assertThat(model.describe(70, new float[] {Float.MAX_VALUE, 0, 0, 1e38f})).isEmpty();
        assertThat(query(model, 70)).containsOnly(0f);
    }

    @Test
    void noMoreAreTakenThanTheBound() {
        SequenceModel model = model();
        float[] vector = {1, 0, 0, 0};
        for (int item = 0; item < SequenceModel.MOST_DESCRIBED; item++) {
            model.describe(10 + item, vector);
        }
        int beyond = 10 + SequenceModel.MOST_DESCRIBED;
        assertThat(model.describe(beyond, vector)).isEmpty();
        assertThat(query(model, beyond)).containsOnly(0f);
        assertThat(model.describe(10, new float[] {0, 1, 0, 0})).isPresent();
    }

    @Test
    void comesBackFromAFile() {
        model().save(folder.resolve("model"));
        SequenceModel loaded = SequenceModel.load(folder.resolve("model"), SequenceModelTest::last);
        assertThat(loaded.isLearned(0)).isFalse();
        assertThat(loaded.isLearned(1)).isTrue();
        assertThat(query(loaded, 0)).containsExactly(0, 0, 3, 0);
    }

    @Test
    void aFileOfBeforeHasLearnedOfAllItKnows() {
        try (TableWriter out = new TableWriter(folder.resolve("old"), "sequence", 1)) {
            out.putInt(2);
            out.putInt(WIDTH);
            out.putInt(10);
            out.putInt(1);
            out.putFloats(new float[] {1, 0, 0, 0, 0, 0, 0, 0});
            out.finish();
        }
        SequenceModel loaded = SequenceModel.load(folder.resolve("old"), SequenceModelTest::last);
        assertThat(loaded.isLearned(0)).isTrue();
        assertThat(loaded.isLearned(1)).isFalse();
        assertThat(query(loaded, 0)).containsExactly(1, 0, 0, 0);
    }

    @Test
    void aFileOfLaterIsRefused() {
        try (TableWriter out = new TableWriter(folder.resolve("new"), "sequence", 3)) {
            out.finish();
        }
        assertThatThrownBy(() -> SequenceModel.load(folder.resolve("new"), SequenceModelTest::last))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("version 3");
    }

    /** Each vector put has equal components: a reader never sees a mix of two. */
    @Test
    void readersSeeWholeVectors() throws InterruptedException {
        SequenceModel model = model();
        model.describe(70, new float[] {1, 1, 1, 1});
        AtomicBoolean ended = new AtomicBoolean();
        Thread writer =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < 20_000; i++) {
                                float value = 1 + i % 7;
                                model.describe(70, new float[] {value, value, value, value});
                                model.describe(71 + i, new float[] {value, 0, 0, 0});
                            }
                            ended.set(true);
                        });
        while (!ended.get()) {
            float[] query = query(model, 70);
            assertThat(query).containsOnly(query[0]);
            assertThat(query[0]).isPositive();
        }
        writer.join();
    }
}
