package dev.vitrine.retrieval.lexical;

import dev.vitrine.retrieval.candidate.TopItems;

/**
 * Products that mean what is searched for, whatever words they have; to be put beside those that
 * have the words.
 *
 * @param items item numbers, each once, best first
 * @param scores of the items, falling and positive
 * @param weight what the best of them gets where the best by words gets 1; not negative
 */
public record Meant(int[] items, float[] scores, float weight) {
    /** Of those that a filter lets through so many are shown. */
    public static final int MOST = 100;

    /** None. */
    public static final Meant NOTHING = new Meant(new int[0], new float[0], 0);

    public Meant {
        if (items.length != scores.length || !(weight >= 0)) {
            throw new IllegalArgumentException(
                    items.length + " items, " + scores.length + " scores, weight " + weight);
        }
    }

    /**
     * As a search by vectors found them.
     *
     * @param near best first
     */
    public static Meant of(TopItems near, float weight) {
        int[] items = new int[near.size()];
        float[] scores = new float[items.length];
        for (int place = 0; place < items.length; place++) {
            items[place] = near.item(place);
            scores[place] = near.score(place);
        }
        return new Meant(items, scores, weight);
    }
}
