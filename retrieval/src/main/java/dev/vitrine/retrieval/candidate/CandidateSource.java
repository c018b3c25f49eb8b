package dev.vitrine.retrieval.candidate;

import java.util.Arrays;

/**
 * A model that proposes the best items for one history without touching all of them. Safe for
 * concurrent callers.
 */
public interface CandidateSource {
    /**
     * Offers items that {@code allowed} contains to {@code best}, which keeps the highest scores.
     */
    void collect(History history, ItemMask allowed, TopItems best);

    /**
     * What given items score for a history, each by itself: the same whichever others are asked
     * about.
     *
     * @param items item numbers, none twice
     * @return one score for each; 0 for an item that would never be proposed
     */
    default float[] scores(History history, int... items) {
        float[] scores = new float[items.length];
        if (items.length == 0) {
            return scores;
        }
        ItemMask asked = new ItemMask(Arrays.stream(items).max().getAsInt() + 1);
        for (int item : items) {
            asked.add(item);
        }
        TopItems found = new TopItems(items.length);
        collect(history, asked, found);
        for (int place = 0; place < found.size(); place++) {
            for (int i = 0; i < items.length; i++) {
                if (items[i] == found.item(place)) {
                    scores[i] = found.score(place);
                }
            }
        }
        return scores;
    }
}
