package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.History;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The "leave-last-out" protocol: the last item of a sequence is the test answer, the one before it
 * the validation answer, the rest is training; at test time the validation item is part of the
 * history. Sequences shorter than three are trained on but not asked.
 *
 * @param sequences item numbers, oldest first, one array per person
 */
public record SequenceSplit(String name, int items, int[][] sequences) {
    private static final int SHORTEST_ASKED = 3;

    /** Training part: sequences of three or more without their last two items. */
    public int[][] train() {
        return cut(2);
    }

    /** Training and validation part: sequences of three or more without their last item. */
    public int[][] trainAndValidation() {
        return cut(1);
    }

    /** Asks for the last item but one. */
    public Questions validation() {
        return asked(2);
    }

    /** Asks for the last item. */
    public Questions test() {
        return asked(1);
    }

    private int[][] cut(int fromEnd) {
        int[][] kept = new int[sequences.length][];
        for (int i = 0; i < sequences.length; i++) {
            int[] sequence = sequences[i];
            kept[i] =
                    sequence.length < SHORTEST_ASKED
                            ? sequence
                            : Arrays.copyOf(sequence, sequence.length - fromEnd);
        }
        return kept;
    }

    private Questions asked(int fromEnd) {
        List<int[]> histories = new ArrayList<>();
        List<int[]> answers = new ArrayList<>();
        for (int[] sequence : sequences) {
            if (sequence.length >= SHORTEST_ASKED) {
                int at = sequence.length - fromEnd;
                histories.add(Arrays.copyOf(sequence, at));
                answers.add(new int[] {sequence[at]});
            }
        }
        return new FixedQuestions(items, histories, answers, true);
    }

    /** Questions held as arrays. */
    record FixedQuestions(
            int items, List<int[]> histories, List<int[]> allAnswers, boolean hidesHistory)
            implements Questions {
        @Override
        public int size() {
            return histories.size();
        }

        @Override
        public History history(int question) {
            return History.of(histories.get(question));
        }

        @Override
        public int[] answers(int question) {
            return allAnswers.get(question);
        }
    }
}
