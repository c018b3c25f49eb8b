package dev.vitrine.training.evaluation;

import dev.vitrine.retrieval.candidate.TopItems;
import java.util.Arrays;

/** NDCG of one answer with binary gains, as {@link Tally} sums it. */
public final class Ndcg {
    private Ndcg() {}

    /**
     * @param shown item numbers, best first; those behind the cutoff do not count
     * @param answers rising, at least one
     */
    public static double at(int cutoff, int[] shown, int[] answers) {
        double gain = 0;
        for (int place = 0; place < Math.min(cutoff, shown.length); place++) {
            if (Arrays.binarySearch(answers, shown[place]) >= 0) {
                gain += discount(place);
            }
        }
        double ideal = 0;
        for (int place = 0; place < Math.min(cutoff, answers.length); place++) {
            ideal += discount(place);
        }
        return gain / ideal;
    }

    private static double discount(int place) {
        return Math.log(2) / Math.log(place + 2.0);
    }

    /** As above, of a sorted list. */
    static double at(int cutoff, TopItems shown, int[] answers) {
        int[] items = new int[shown.size()];
        Arrays.setAll(items, shown::item);
        return at(cutoff, items, answers);
    }
}
