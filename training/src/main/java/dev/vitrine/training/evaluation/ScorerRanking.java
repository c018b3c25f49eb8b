package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;

/** Scores every item for a batch of histories, then keeps the best of each. */
final class ScorerRanking implements Ranking {
    private final ItemScorer scorer;
    private float[][] scores = new float[0][];

    ScorerRanking(ItemScorer scorer) {
        this.scorer = scorer;
    }

    @Override
    public void rank(History[] histories, int count, boolean hidesHistory, TopItems[] best) {
        int items = scorer.items();
        if (scores.length < count) {
            scores = new float[count][items];
        }
        scorer.score(histories, count, scores);
        for (int i = 0; i < count; i++) {
            float[] row = scores[i];
            if (hidesHistory) {
                for (int item : histories[i].items()) {
                    row[item] = Float.NaN;
                }
            }
            offerAll(row, items, best[i]);
        }
    }

    static void offerAll(float[] row, int items, TopItems best) {
        float threshold = best.threshold();
        for (int item = 0; item < items; item++) {
            // Item numbers rise, so an equal score never displaces one that is already kept.
            if (row[item] > threshold || best.size() < best.capacity()) {
                best.offer(item, row[item]);
                threshold = best.threshold();
            }
        }
    }
}
