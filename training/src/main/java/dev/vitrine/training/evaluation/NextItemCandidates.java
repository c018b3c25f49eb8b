package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;
import dev.vitrine.retrieval.sequence.SequenceModel;
import dev.vitrine.retrieval.session.NearestSessions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sequence model and the nearest sessions propose to come next, and what a ranker is told of
 * it: a row of {@link #NAMES} for each candidate. Used by one thread at a time.
 */
final class NextItemCandidates {
    /**
     * Features of a candidate, in the order of a row; where an item "came", it did in sequences.
     */
    static final List<String> NAMES =
            List.of(
                    "log-probability",
                    "place",
                    "nearest-sessions",
                    "nearest-sessions-share",
                    "nearest-place",
                    "followed-last",
                    "followed-last-share",
                    "followed-last-but-one-share",
                    "with-last",
                    "with-last-cosine",
                    "with-history-cosine",
                    "count",
                    "count-lately",
                    "steps-since-met",
                    "times-met",
                    "history-length",
                    "count-of-last",
                    "count-lately-of-last");

    static final int WIDTH = NAMES.size();

    private static final int BY_MODEL = 100;
    private static final int BY_SESSIONS = 60;

    /** Deep enough to know where the model has what only the sessions propose. */
    private static final int KNOWN = 200;

    private static final int REMEMBERED = 8;
    private static final float FADE = .7f;

    private final Sources sources;
    private final ItemMask allowed;
    private final TopItems byModel = new TopItems(KNOWN);
    private final TopItems bySessions = new TopItems(KNOWN);
    private float[][] scores = new float[0][];

    /**
     * What proposes and what is known; shared by threads.
     *
     * @param model whose scores are log odds
     */
    record Sources(SequenceModel model, NearestSessions sessions, SequenceFacts facts) {}

    /**
     * The candidates of one history.
     *
     * @param rows {@link #WIDTH} floats each
     */
    record Listed(int[] items, float[] rows) {
        /** Where an item stands; -1 when it is not proposed. */
        int place(int item) {
            for (int place = 0; place < items.length; place++) {
                if (items[place] == item) {
                    return place;
                }
            }
            return -1;
        }
    }

    NextItemCandidates(Sources sources) {
        this.sources = sources;
        this.allowed = ItemMask.all(sources.model().items());
    }

    /**
     * @param hidesHistory items of a history are not proposed for it
     */
    Listed[] of(History[] histories, int count, boolean hidesHistory) {
        int items = sources.model().items();
        if (scores.length < count) {
            scores = new float[count][items];
        }
        sources.model().score(histories, count, scores);
        Listed[] all = new Listed[count];
        for (int i = 0; i < count; i++) {
            int[] met = histories[i].items();
            double sum = logSum(scores[i]);
            if (hidesHistory) {
                for (int item : met) {
                    scores[i][item] = Float.NaN;
                    allowed.remove(item);
                }
            }
            all[i] = listed(histories[i], scores[i], sum);
            if (hidesHistory) {
                for (int item : met) {
                    allowed.add(item);
                }
            }
        }
        return all;
    }

    private static double logSum(float[] scores) {
        float most = Float.NEGATIVE_INFINITY;
        for (float score : scores) {
            most = Math.max(most, score);
        }
        double sum = 0;
        for (float score : scores) {
            sum += Math.exp(score - most);
        }
        return most + Math.log(sum);
    }

    private Listed listed(History history, float[] scored, double sum) {
        byModel.clear();
        ScorerRanking.offerAll(scored, scored.length, byModel);
        byModel.sort();
        bySessions.clear();
        sources.sessions().collect(history, allowed, bySessions);
        bySessions.sort();
        Map<Integer, Integer> placeOf = new HashMap<>();
        List<Integer> found = new ArrayList<>();
        for (int place = 0; place < byModel.size(); place++) {
            placeOf.put(byModel.item(place), place);
            if (place < BY_MODEL) {
                found.add(byModel.item(place));
            }
        }
        float near = 0;
        Map<Integer, Integer> nearPlaceOf = new HashMap<>();
        for (int place = 0; place < bySessions.size(); place++) {
            int item = bySessions.item(place);
            near += bySessions.score(place);
            nearPlaceOf.put(item, place);
            if (place < BY_SESSIONS && placeOf.getOrDefault(item, KNOWN) >= BY_MODEL) {
                found.add(item);
            }
        }
        int[] items = found.stream().mapToInt(Integer::intValue).toArray();
        float[] rows = new float[items.length * WIDTH];
        int at = 0;
        for (int item : items) {
            int place = nearPlaceOf.getOrDefault(item, KNOWN);
            float score = place == KNOWN ? 0 : bySessions.score(place);
            rows[at] = (float) (scored[item] - sum);
            rows[at + 1] = placeOf.getOrDefault(item, KNOWN);
            rows[at + 2] = score;
            rows[at + 3] = near > 0 ? score / near : 0;
            rows[at + 4] = place;
            facts(history.items(), item, rows, at + 5);
            at += WIDTH;
        }
        return new Listed(items, rows);
    }

    private void facts(int[] history, int item, float[] rows, int first) {
        SequenceFacts facts = sources.facts();
        int at = first;
        int length = history.length;
        int last = history[length - 1];
        rows[at++] = facts.followed(last, item);
        rows[at++] = facts.followedShare(last, item);
        rows[at++] = length > 1 ? facts.followedShare(history[length - 2], item) : Float.NaN;
        rows[at++] = facts.together(last, item);
        float with = 0;
        float counts = 1;
        for (int i = length - 1; i >= Math.max(0, length - REMEMBERED); i--) {
            with += counts * facts.cosine(history[i], item);
            counts *= FADE;
        }
        rows[at++] = facts.cosine(last, item);
        rows[at++] = with;
        rows[at++] = (float) Math.log1p(facts.count(item));
        rows[at++] = (float) Math.log1p(facts.countLately(item));
        int newest = length - 1;
        while (newest >= 0 && history[newest] != item) {
            newest--;
        }
        rows[at++] = newest < 0 ? Float.NaN : length - 1 - newest;
        rows[at++] = Arrays.stream(history).filter(met -> met == item).count();
        rows[at++] = length;
        rows[at++] = (float) Math.log1p(facts.count(last));
        rows[at] = (float) Math.log1p(facts.countLately(last));
    }
}
