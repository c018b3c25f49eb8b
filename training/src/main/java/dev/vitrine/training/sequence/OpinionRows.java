package dev.vitrine.training.sequence;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.sequence.OpinionModel.Head;
import dev.vitrine.retrieval.sequence.OpinionQuestions;
import dev.vitrine.training.TrainingError;

/**
 * Opinions that people gave: items that they were asked about after histories, and what they said.
 *
 * @param labels one for each question: 1 for liked and 0 for not, or a rating
 */
public record OpinionRows(OpinionQuestions questions, float[] labels) {
    /**
     * @throws VitrineException DATA_UNSUITABLE when a label is not finite, or there are more or
     *     fewer than questions
     */
    public OpinionRows {
        if (labels.length != questions.size()) {
            throw unsuitable(labels.length + " labels for " + questions.size() + " rows");
        }
        for (int row = 0; row < labels.length; row++) {
            if (!Float.isFinite(labels[row])) {
                throw unsuitable("the label of row " + row + " is " + labels[row]);
            }
        }
    }

    public int rows() {
        return labels.length;
    }

    /** Some of the rows; they share the events with these. */
    public OpinionRows pick(int[] rows) {
        float[] picked = new float[rows.length];
        for (int i = 0; i < rows.length; i++) {
            picked[i] = labels[rows[i]];
        }
        return new OpinionRows(questions.pick(rows), picked);
    }

    /** The share of what was liked, or the mean rating. */
    double mean() {
        double sum = 0;
        for (float label : labels) {
            sum += label;
        }
        return sum / labels.length;
    }

    /** The mean squared distance of the labels from a number. */
    double squares(double from) {
        double sum = 0;
        for (float label : labels) {
            sum += (label - from) * (label - from);
        }
        return sum / labels.length;
    }

    /**
     * Refuses rows that say nothing.
     *
     * @param what the rows are for
     */
    void requireTelling(Head head, String what) {
        if (rows() == 0) {
            throw unsuitable("there are no rows to " + what);
        }
        boolean varies = false;
        for (int row = 0; row < rows(); row++) {
            varies |= labels[row] != labels[0];
            if (head == Head.SIGMOID && labels[row] != 0 && labels[row] != 1) {
                throw unsuitable(
                        "the label of row " + row + " is " + labels[row] + ", expected 0 or 1");
            }
        }
        if (!varies) {
            throw unsuitable(
                    "the label of all " + rows() + " rows to " + what + " is " + labels[0]);
        }
    }

    /** Refuses rows of which none has a history. */
    void requireHistories() {
        for (int row = 0; row < rows(); row++) {
            if (questions.to()[row] > questions.from()[row]) {
                return;
            }
        }
        throw unsuitable("none of the " + rows() + " rows to fit has a history");
    }

    /** How often each item was met in a history of these rows, and asked about. */
    int[] occurrences() {
        int[] begun = new int[questions.events().length + 1];
        int[] occurrences = new int[questions.items()];
        for (int row = 0; row < rows(); row++) {
            begun[questions.from()[row]]++;
            begun[questions.to()[row]]--;
            occurrences[questions.asked()[row]]++;
        }
        int open = 0;
        for (int event = 0; event < questions.events().length; event++) {
            open += begun[event];
            occurrences[questions.events()[event]] += open > 0 ? 1 : 0;
        }
        return occurrences;
    }

    static VitrineException unsuitable(String why) {
        return new VitrineException(
                TrainingError.DATA_UNSUITABLE,
                "opinions cannot be learned from these rows: " + why);
    }
}
