package dev.vitrine.applications.recommend;

import dev.vitrine.data.feature.WeightedItems;
import dev.vitrine.retrieval.candidate.TopItems;
import java.util.HashMap;
import java.util.Map;

/** Adds up lists of weighted items, as when a cart holds several products. */
final class ScoreSum {
    private final Map<Integer, Float> sums = new HashMap<>();

    void add(WeightedItems list) {
        for (int i = 0; i < list.size(); i++) {
            sums.merge(list.items()[i], list.weights()[i], Float::sum);
        }
    }

    void offerTo(TopItems best) {
        sums.forEach(best::offer);
    }
}
