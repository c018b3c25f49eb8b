package dev.vitrine.retrieval.ranking;

import dev.vitrine.retrieval.candidate.Candidates;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Candidates in the order that a ranker gave them, and what moved each. Scores are odds: those of
 * the first are 1, of one that the trees score lower by {@code d} they are {@code exp(-d)}; what
 * was not ranked follows below in the blend's order. What nobody has met is where the blend put it.
 * Used by one thread.
 */
public final class RankedCandidates {
    private final CandidateRanker ranker;
    private final Candidates candidates;
    private final float[] rows;
    private final float[] scores;
    private final boolean[] unmet;

    /**
     * @param rows of the first candidates
     * @param scores one for each row
     * @param unmet which of them nobody has met
     */
    RankedCandidates(
            CandidateRanker ranker,
            Candidates candidates,
            float[] rows,
            float[] scores,
            boolean[] unmet) {
        this.ranker = ranker;
        this.candidates = candidates;
        this.rows = rows;
        this.scores = scores;
        this.unmet = unmet;
    }

    /**
     * Places among the candidates, those with the best scores first; equals stay as they were.
     *
     * @param scores of the first candidates
     */
    public static int[] places(float[] scores) {
        long[] keys = new long[scores.length];
        for (int place = 0; place < keys.length; place++) {
            int bits = Float.floatToIntBits(scores[place]);
            int rising = bits ^ (bits >> 31 & Integer.MAX_VALUE);
            keys[place] = (long) ~rising << Integer.SIZE | place;
        }
        Arrays.sort(keys);
        int[] places = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            places[i] = (int) keys[i];
        }
        return places;
    }

    /** All candidates, sorted; no two have the same score. */
    public TopItems order() {
        TopItems order = new TopItems(Math.max(1, candidates.size()));
        int[] places = places(scores);
        float below = Float.POSITIVE_INFINITY;
        int next = 0;
        for (int at = 0; at < places.length; at++) {
            int place = at;
            float odds = Math.min(1, below);
            if (!unmet[at]) {
                while (unmet[places[next]]) {
                    next++;
                }
                place = places[next++];
                odds = (float) Math.exp(scores[place] - scores[places[0]]);
            }
            below = Math.min(odds, Math.nextDown(below));
            order.offer(candidates.items()[place], below);
        }
        float least = places.length == 0 ? 1 : below;
        for (int place = places.length; place < candidates.size(); place++) {
            float share = candidates.totals()[place] / candidates.totals()[0];
            below = Math.min(least * share, Math.nextDown(below));
            order.offer(candidates.items()[place], below);
        }
        order.sort();
        return order;
    }

    /**
     * The features that lifted an item most, the strongest first: exact Shapley values of the trees
     * ({@link TreeEnsemble#contributions}). A feature that is the same for all candidates moves
     * nothing in their order and is not named; for an item that was not ranked, or that nobody has
     * met, there is none.
     *
     * @param most names at most, at least 1
     */
    public List<String> reasons(int item, int most) {
        int row = 0;
        while (row < scores.length && candidates.items()[row] != item) {
            row++;
        }
        if (row == scores.length || unmet[row]) {
            return List.of();
        }
        double[] contributions = ranker.trees().contributions(rows, row);
        TopItems strongest = new TopItems(most);
        for (int feature = 0; feature < contributions.length; feature++) {
            if (contributions[feature] > 0 && varies(feature)) {
                strongest.offer(feature, (float) contributions[feature]);
            }
        }
        strongest.sort();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < strongest.size(); i++) {
            names.add(ranker.features().names().get(strongest.item(i)));
        }
        return names;
    }

    private boolean varies(int feature) {
        int width = ranker.features().names().size();
        for (int row = 1; row < scores.length; row++) {
            if (Float.compare(rows[row * width + feature], rows[feature]) != 0) {
                return true;
            }
        }
        return false;
    }
}
