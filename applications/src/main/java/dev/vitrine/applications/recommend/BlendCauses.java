package dev.vitrine.applications.recommend;

import dev.vitrine.retrieval.candidate.Blend;
import dev.vitrine.retrieval.candidate.History;
import dev.vitrine.retrieval.candidate.ItemMask;
import dev.vitrine.retrieval.candidate.TopItems;

/**
 * Leaves out each of the newest products of a history and asks the blend again. What its parts give
 * is divided by what each gives at most for the whole history, so that a product which speaks for
 * all that is shown does not seem to speak for nothing. Asks each part at most {@value #NEWEST}
 * times and two.
 */
public record BlendCauses(Blend blend) implements Causes {
    /** Products of a history that are left out, one after the other; 0 for what is older. */
    static final int NEWEST = 20;

    @Override
    public float[][] of(History history, ItemMask allowed, int... items) {
        float[][] falls = new float[items.length][history.size()];
        for (Blend.Part part : blend.parts()) {
            if (part.weight() > 0) {
                TopItems best = new TopItems(1);
                part.source().collect(history, allowed, best);
                if (best.size() > 0 && best.score(0) > 0) {
                    add(part, part.weight() / best.score(0), history, items, falls);
                }
            }
        }
        return falls;
    }

    private static void add(
            Blend.Part part, float scale, History history, int[] items, float[][] falls) {
        float[] whole = part.source().scores(history, items);
        for (int event = Math.max(0, history.size() - NEWEST); event < history.size(); event++) {
            History others = history.without(history.items()[event]);
            float[] without =
                    others.size() == 0
                            ? new float[items.length]
                            : part.source().scores(others, items);
            for (int i = 0; i < items.length; i++) {
                // NaN is of a part that failed; below 0 it proposes nothing.
                float fall = Math.max(0, whole[i]) - Math.max(0, without[i]);
                falls[i][event] += Float.isNaN(fall) ? 0 : scale * fall;
            }
        }
    }
}
