package dev.vitrine.retrieval.sequence;

import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.retrieval.RetrievalError;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A network that says what somebody with a history will think of an item: {@code history} INT64
 * [batch, length], item numbers from the oldest, filled up with 0 behind; {@code tags} INT64
 * [batch, length], the kind of each event, where the model knows kinds; {@code last} INT64 [batch],
 * the place of the newest event, -1 for an empty history; {@code item} INT64 [batch]; to {@code
 * probability} or {@code rating} FP32 [batch]. Of an empty history it says what the item has of its
 * own.
 *
 * @param graph runs it
 * @param items there are
 * @param tagKinds kinds of events; 0 where all are alike
 * @param longest newest events of a history that count
 */
public record OpinionModel(GraphRunner graph, Head head, int items, int tagKinds, int longest) {
    public static final String HISTORY = "history";
    public static final String TAGS = "tags";
    public static final String LAST = "last";
    public static final String ITEM = "item";

    /** Questions that are run together. */
    private static final int BATCH = 1_024;

    /** What is said of an item. */
    public enum Head {
        /** How probable it is that it is liked. */
        SIGMOID("probability"),
        /** A rating, in the units of those that the model was fitted to. */
        LINEAR("rating");

        private final String output;

        Head(String output) {
            this.output = output;
        }

        /** What the graph calls it. */
        public String output() {
            return output;
        }
    }

    /**
     * One number for each question.
     *
     * @throws VitrineException QUESTION_INVALID when they are of another catalogue or other kinds
     */
    public float[] answers(OpinionQuestions questions) {
        if (questions.items() != items || questions.tagKinds() != tagKinds) {
            throw new VitrineException(
                    RetrievalError.QUESTION_INVALID,
                    "the questions are of "
                            + questions.items()
                            + " items and "
                            + questions.tagKinds()
                            + " kinds of events, the model of "
                            + items
                            + " and "
                            + tagKinds);
        }
        float[] answers = new float[questions.size()];
        for (int from = 0; from < answers.length; from += BATCH) {
            int[] some = new int[Math.min(BATCH, answers.length - from)];
            int first = from;
            Arrays.setAll(some, i -> first + i);
            answer(questions.side(some, longest)).get(answers, from, some.length);
        }
        return answers;
    }

    private FloatBuffer answer(OpinionQuestions.Side side) {
        long[] shape = {side.size(), side.length()};
        long[] each = {side.size()};
        Map<String, Tensor> inputs = new HashMap<>();
        inputs.put(HISTORY, Tensor.of(shape, side.history()));
        if (tagKinds > 0) {
            inputs.put(TAGS, Tensor.of(shape, side.tags()));
        }
        inputs.put(LAST, Tensor.of(each, side.last()));
        inputs.put(ITEM, Tensor.of(each, side.asked()));
        return Objects.requireNonNull(graph.run(inputs).get(head.output())).data().asFloatBuffer();
    }
}
