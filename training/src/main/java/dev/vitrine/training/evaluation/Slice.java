package dev.vitrine.training.evaluation;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Some of the questions, and of their answers those that count: a recommender may serve most people
 * well and new ones, or rare items, badly.
 *
 * @param name such as {@code shortHistory}
 * @param what is in it, in words
 * @param selection of answers
 */
public record Slice(String name, String what, Selection selection) {
    /** The share of the items met in training that are called head items. */
    private static final double HEAD = .2;

    /** Picks answers. */
    @FunctionalInterface
    public interface Selection {
        /** The answers to a question that count, rising; none where it is not in the slice. */
        int[] answers(Questions questions, int question);
    }

    /**
     * New and old users: histories up to the median length, and longer ones. The longer are none
     * where all are of one length.
     */
    public static List<Slice> byHistory(Questions questions) {
        int[] lengths = new int[questions.size()];
        for (int question = 0; question < lengths.length; question++) {
            lengths[question] = questions.history(question).size();
        }
        Arrays.sort(lengths);
        int bound = lengths.length == 0 ? 0 : lengths[(lengths.length - 1) / 2];
        return List.of(
                new Slice(
                        "shortHistory",
                        "histories of at most " + bound + " items",
                        ofHistory(length -> length <= bound)),
                new Slice(
                        "longHistory",
                        "histories of more than " + bound + " items",
                        ofHistory(length -> length > bound)));
    }

    private static Selection ofHistory(IntPredicate length) {
        return (questions, question) ->
                length.test(questions.history(question).size())
                        ? questions.answers(question)
                        : new int[0];
    }

    /** The fifth of the items met in training that are met most, and all others. */
    public static List<Slice> byPopularity(ItemCounts counts) {
        boolean[] head = counts.mostMet(HEAD);
        int size = 0;
        for (boolean each : head) {
            size += each ? 1 : 0;
        }
        return List.of(
                new Slice(
                        "headItems",
                        "answers among the " + size + " items met most",
                        ofItems(item -> head[item])),
                tail(counts));
    }

    /** Answers that are not among the fifth of the items met in training that are met most. */
    public static Slice tail(ItemCounts counts) {
        boolean[] head = counts.mostMet(HEAD);
        return new Slice("tailItems", "answers among all others", ofItems(item -> !head[item]));
    }

    /** Questions with an answer among some items; only such answers count. */
    public static Selection ofItems(IntPredicate items) {
        return (questions, question) ->
                Arrays.stream(questions.answers(question)).filter(items).toArray();
    }
}
