package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.CandidateSource;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.ItemScorer;
import dev.vitrine.retrieval.candidate.TopItems;

/** Anything that ranks items for a history; opened once per worker thread. */
@FunctionalInterface
public interface Recommender {
    /** A handle for one thread. */
    Ranking open();

    /** Ranks all items by their scores. */
    static Recommender of(ItemScorer scorer) {
        return () -> new ScorerRanking(scorer);
    }

    /** Ranks what the source proposes, exactly as it would be served. */
    static Recommender of(CandidateSource source, int items) {
        return () -> {
            ItemMask allowed = ItemMask.all(items);
            return (histories, count, hidesHistory, best) -> {
                for (int i = 0; i < count; i++) {
                    collect(source, histories[i], hidesHistory, allowed, best[i]);
                }
            };
        };
    }

    private static void collect(
            CandidateSource source,
            History history,
            boolean hidesHistory,
            ItemMask allowed,
            TopItems best) {
        if (hidesHistory) {
            for (int item : history.items()) {
                allowed.remove(item);
            }
        }
        source.collect(history, allowed, best);
        if (hidesHistory) {
            for (int item : history.items()) {
                allowed.add(item);
            }
        }
    }
}
