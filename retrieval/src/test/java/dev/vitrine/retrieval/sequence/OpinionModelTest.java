package dev.vitrine.retrieval.sequence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import dev.vitrine.retrieval.sequence.OpinionModel.Head;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a graph is asked, told by one that answers with the newest event and the item. */
class OpinionModelTest {
    private final List<Integer> batches = new ArrayList<>();

    private Map<String, Tensor> answer(Map<String, Tensor> inputs) {
        LongBuffer history = longs(inputs, OpinionModel.HISTORY);
        LongBuffer last = longs(inputs, OpinionModel.LAST);
        LongBuffer item = longs(inputs, OpinionModel.ITEM);
        int rows = item.remaining();
        int length = history.remaining() / rows;
        batches.add(rows);
        float[] answers = new float[rows];
        for (int row = 0; row < rows; row++) {
            int place = (int) last.get(row);
            float newest = place < 0 ? -1 : history.get(row * length + place);
            answers[row] = 100 * newest + item.get(row);
        }
        return Map.of("rating", Tensor.of(new long[] {rows}, answers));
    }

    private static LongBuffer longs(Map<String, Tensor> inputs, String name) {
        return Objects.requireNonNull(inputs.get(name)).data().asLongBuffer();
    }

    private OpinionModel model(int items) {
        return new OpinionModel(this::answer, Head.LINEAR, items, 0, 2);
    }

    @Test
    void answersInTheOrderOfTheQuestions() {
        int[][] histories = new int[2_500][];
        int[] asked = new int[histories.length];
        for (int i = 0; i < histories.length; i++) {
            histories[i] = new int[i % 4];
            if (i % 4 > 0) {
                histories[i][i % 4 - 1] = i % 9;
            }
            asked[i] = i % 7;
        }
        float[] answers = model(9).answers(OpinionQuestions.of(9, histories, asked));
        for (int i = 0; i < answers.length; i++) {
            assertThat(answers[i]).isEqualTo(100 * (i % 4 == 0 ? -1 : i % 9) + i % 7);
        }
        assertThat(batches).containsExactly(1_024, 1_024, 452);
        assertThat(model(9).answers(OpinionQuestions.of(9, new int[0][], new int[0]))).isEmpty();
    }

    @Test
    void theNewestEventsOfAStretchCount() {
        OpinionQuestions questions =
                new OpinionQuestions(
                        9,
                        3,
                        new int[] {1, 2, 3, 4, 5},
                        new int[] {0, 1, 2, 0, 1},
                        new int[] {0, 0, 3, 5},
                        new int[] {1, 3, 5, 5},
                        new int[] {6, 7, 8, 0});
        OpinionQuestions.Side side = questions.side(new int[] {1, 0, 2, 3}, 2);
        assertThat(side.length()).isEqualTo(2);
        assertThat(side.history()).containsExactly(2, 3, 1, 0, 4, 5, 0, 0);
        assertThat(side.tags()).containsExactly(1, 2, 0, 0, 0, 1, 0, 0);
        assertThat(side.last()).containsExactly(1, 0, 1, -1);
        assertThat(side.asked()).containsExactly(7, 6, 8, 0);
        assertThat(questions.pick(new int[] {3}).side(new int[1], 2).history()).containsExactly(0);
    }

    @Test
    void refusesNumbersOutOfRange() {
        refuses(
                4,
                new int[] {4},
                new int[] {0},
                new int[] {1},
                new int[] {0},
                "the item of event 0 is 4");
        refuses(4, new int[] {-1}, new int[] {0}, new int[] {1}, new int[] {0}, "expected 0 to 3");
        refuses(
                4,
                new int[] {1},
                new int[] {0},
                new int[] {1},
                new int[] {4},
                "the item of question 0 is 4");
        refuses(
                4,
                new int[] {1},
                new int[] {0},
                new int[] {2},
                new int[] {0},
                "goes from 0 to 2 of 1");
        refuses(4, new int[] {1}, new int[] {1}, new int[] {0}, new int[] {0}, "goes from 1 to 0");
        refuses(4, new int[] {1}, new int[] {}, new int[] {0}, new int[] {0}, "0 beginnings");
        assertThatThrownBy(() ->
                        new OpinionQuestions(
                                4,
                                2,
                                new int[1],
                                new int[] {2},
                                new int[0],
                                new int[0],
                                new int[0]))
                .hasMessageContaining("the tag of event 0 is 2");
        assertThatThrownBy(() ->
                        new OpinionQuestions(
                                4, 2, new int[1], new int[0], new int[0], new int[0], new int[0]))
                .hasMessageContaining("0 tags of 2 kinds do not fit to 1 events");
        assertThatThrownBy(
                        () -> model(9).answers(OpinionQuestions.of(8, new int[1][0], new int[1])))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("the questions are of 8 items");
    }

    private static void refuses(
            int items, int[] events, int[] from, int[] to, int[] asked, String why) {
        assertThatThrownBy(
                        () -> new OpinionQuestions(items, 0, events, new int[0], from, to, asked))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining(why)
                .extracting(e -> ((VitrineException) e).code())
                .isEqualTo(RetrievalError.QUESTION_INVALID);
    }
}
