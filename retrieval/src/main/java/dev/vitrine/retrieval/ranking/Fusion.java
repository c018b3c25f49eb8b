package dev.vitrine.retrieval.ranking;

import dev.vitrine.retrieval.candidate.TopItems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes one list of what several searches found. */
public final class Fusion {
    /** Of Cormack et al. 2009: how slowly a place counts for less than the one before it. */
    private static final double SLOWNESS = 60;

    private Fusion() {}

    /**
     * By the sum of the reciprocals of places (Cormack et al. 2009), which asks nothing of scores.
     *
     * @param lists item numbers, best first
     * @param most items to return
     * @return item numbers, best first; of equals the lower number first
     */
    public static TopItems reciprocal(List<int[]> lists, int most) {
        Map<Integer, Double> sums = new HashMap<>();
        for (int[] list : lists) {
            for (int place = 0; place < list.length; place++) {
                sums.merge(list[place], 1 / (SLOWNESS + 1 + place), Double::sum);
            }
        }
        return best(sums, most);
    }

    private static TopItems best(Map<Integer, Double> scores, int most) {
        TopItems best = new TopItems(most);
        scores.forEach((item, score) -> best.offer(item, score.floatValue()));
        best.sort();
        return best;
    }
}
