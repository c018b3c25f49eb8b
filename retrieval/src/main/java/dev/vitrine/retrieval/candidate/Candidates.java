package dev.vitrine.retrieval.candidate;

import java.util.List;

/**
 * What a blend proposes, the best first. The arrays are not to be changed.
 *
 * @param parts names of those that were asked, and of those that weigh nothing
 * @param items item numbers
 * @param totals what the blend gave each item, positive
 * @param scores for each item, one number for each part: its score divided by the highest that the
 *     part gave; 0 where it did not propose the item
 */
public record Candidates(List<String> parts, int[] items, float[] totals, float[] scores) {
    public Candidates {
        parts = List.copyOf(parts);
        if (totals.length != items.length || scores.length != items.length * parts.size()) {
            throw new IllegalArgumentException(
                    items.length
                            + " items with "
                            + totals.length
                            + " totals and "
                            + scores.length
                            + " scores of "
                            + parts.size()
                            + " parts");
        }
    }

    public int size() {
        return items.length;
    }
}
