package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.History;
import java.util.stream.IntStream;

/** Some of the questions. */
record PickedQuestions(Questions all, int[] picked) implements Questions {
    /** Those from {@code from} to before {@code to}. */
    static PickedQuestions range(Questions all, int from, int to) {
        return new PickedQuestions(all, IntStream.range(from, to).toArray());
    }

    @Override
    public int size() {
        return picked.length;
    }

    @Override
    public int items() {
        return all.items();
    }

    @Override
    public History history(int question) {
        return all.history(picked[question]);
    }

    @Override
    public int[] answers(int question) {
        return all.answers(picked[question]);
    }

    @Override
    public boolean hidesHistory() {
        return all.hidesHistory();
    }
}
