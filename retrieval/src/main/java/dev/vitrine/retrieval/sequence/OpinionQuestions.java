package dev.vitrine.retrieval.sequence;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.RetrievalError;
import java.util.Arrays;

/**
 * What somebody will think of an item, asked many times: each time by a history and the item. The
 * histories are stretches of one array of events, so that many questions about one person, asked at
 * different moments, share its events.
 *
 * @param items there are; numbers go from 0 to below this
 * @param tagKinds kinds of events there are; 0 where all are alike
 * @param events item numbers, those of one person side by side, oldest first
 * @param tags the kind of each event, from 0; empty without kinds
 * @param from where each question's history begins among the events
 * @param to the place after its newest event; the same as {@code from} for an empty history
 * @param asked the item of each question
 */
public record OpinionQuestions(
        int items, int tagKinds, int[] events, int[] tags, int[] from, int[] to, int[] asked) {
    /**
     * @throws VitrineException QUESTION_INVALID when a number is out of its range
     */
    public OpinionQuestions {
        if (items < 0 || tagKinds < 0 || tags.length != (tagKinds == 0 ? 0 : events.length)) {
            throw invalid(
                    tags.length
                            + " tags of "
                            + tagKinds
                            + " kinds do not fit to "
                            + events.length
                            + " events");
        }
        if (from.length != asked.length || to.length != asked.length) {
            throw invalid(
                    asked.length
                            + " items are asked about after histories with "
                            + from.length
                            + " beginnings and "
                            + to.length
                            + " ends");
        }
        for (int i = 0; i < events.length; i++) {
            require("the item of event " + i, events[i], items);
        }
        for (int i = 0; i < tags.length; i++) {
            require("the tag of event " + i, tags[i], tagKinds);
        }
        for (int i = 0; i < asked.length; i++) {
            require("the item of question " + i, asked[i], items);
            if (from[i] < 0 || to[i] < from[i] || to[i] > events.length) {
                throw invalid(
                        "the history of question "
                                + i
                                + " goes from "
                                + from[i]
                                + " to "
                                + to[i]
                                + " of "
                                + events.length
                                + " events");
            }
        }
    }

    /** Questions that share nothing, about events that are all alike. */
    public static OpinionQuestions of(int items, int[][] histories, int[] asked) {
        int[] from = new int[histories.length];
        int[] to = new int[histories.length];
        int count = 0;
        for (int i = 0; i < histories.length; i++) {
            from[i] = count;
            count += histories[i].length;
            to[i] = count;
        }
        int[] events = new int[count];
        for (int i = 0; i < histories.length; i++) {
            System.arraycopy(histories[i], 0, events, from[i], histories[i].length);
        }
        return new OpinionQuestions(items, 0, events, new int[0], from, to, asked);
    }

    private static void require(String what, int number, int below) {
        if (number < 0 || number >= below) {
            throw invalid(what + " is " + number + ", expected 0 to " + (below - 1));
        }
    }

    private static VitrineException invalid(String what) {
        return new VitrineException(RetrievalError.QUESTION_INVALID, what);
    }

    public int size() {
        return asked.length;
    }

    /** Some of the questions; they share the events with these. */
    public OpinionQuestions pick(int[] questions) {
        return new OpinionQuestions(
                items,
                tagKinds,
                events,
                tags,
                picked(from, questions),
                picked(to, questions),
                picked(asked, questions));
    }

    private static int[] picked(int[] of, int[] numbers) {
        int[] picked = new int[numbers.length];
        Arrays.setAll(picked, i -> of[numbers[i]]);
        return picked;
    }

    /**
     * Questions side by side, as a network reads them.
     *
     * @param length places of each history, at least one
     * @param history item numbers, {@code length} for each question, oldest first, filled up with 0
     *     behind
     * @param tags likewise; empty without kinds
     * @param last place of the newest event in each history; -1 for an empty one
     * @param asked the item of each question
     */
    public record Side(int length, long[] history, long[] tags, long[] last, long[] asked) {
        public int size() {
            return asked.length;
        }
    }

    /**
     * Some of the questions.
     *
     * @param longest newest events of a history that count
     */
    public Side side(int[] questions, int longest) {
        int length = 1;
        for (int question : questions) {
            length = Math.max(length, Math.min(longest, to[question] - from[question]));
        }
        long[] history = new long[questions.length * length];
        long[] kinds = new long[tagKinds == 0 ? 0 : history.length];
        long[] last = new long[questions.length];
        long[] wanted = new long[questions.length];
        for (int i = 0; i < questions.length; i++) {
            int question = questions[i];
            int known = Math.min(longest, to[question] - from[question]);
            for (int place = 0; place < known; place++) {
                int event = to[question] - known + place;
                history[i * length + place] = events[event];
                if (tagKinds > 0) {
                    kinds[i * length + place] = tags[event];
                }
            }
            last[i] = known - 1;
            wanted[i] = asked[question];
        }
        return new Side(length, history, kinds, last, wanted);
    }
}
