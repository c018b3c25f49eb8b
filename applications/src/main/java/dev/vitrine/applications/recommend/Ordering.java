package dev.vitrine.applications.recommend;

import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.data.feature.ShopState;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Orders a given list: by the shopper's score, then popularity, then as it came. A negative item is
 * unknown and goes last.
 */
final class Ordering {
    private static final double POPULARITY_SHARE = 0.2;

    /** Below what any product can have. */
    private static final double UNKNOWN = -3;

    private final int[] items;
    private final double[] scores;
    private final CatalogFacts facts;
    private final ShopState state;
    private final long now;

    Ordering(int[] items, CatalogFacts facts, ShopState state, long now) {
        this.items = items;
        this.facts = facts;
        this.state = state;
        this.now = now;
        this.scores = new double[items.length];
    }

    /** Places in {@code items}, best first. */
    int[] by(TopItems personal, float strongest) {
        Map<Integer, Float> byItem = new HashMap<>();
        for (int i = 0; i < personal.size(); i++) {
            byItem.put(personal.item(i), personal.score(i));
        }
        double mostPopular = 1e-9;
        for (int item : items) {
            if (item >= 0) {
                mostPopular = Math.max(mostPopular, state.popularity(item, now));
            }
        }
        for (int place = 0; place < items.length; place++) {
            int item = items[place];
            if (item < 0) {
                scores[place] = UNKNOWN;
                continue;
            }
            double fit = strongest > 0 ? byItem.getOrDefault(item, 0f) / strongest : 0;
            double liked = state.popularity(item, now) / mostPopular;
            scores[place] = fit + POPULARITY_SHARE * liked - (facts.sellable(item, now) ? 0 : 2);
        }
        return IntStream.range(0, items.length)
                .boxed()
                .sorted((a, b) -> Double.compare(scores[b], scores[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    double score(int place) {
        return scores[place];
    }
}
