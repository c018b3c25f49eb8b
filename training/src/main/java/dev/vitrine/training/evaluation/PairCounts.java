package dev.vitrine.training.evaluation;

import java.util.Arrays;

/** How often one item stood before another in sequences, at most some steps apart. */
final class PairCounts {
    /** First item times all items plus the second, rising. */
    private final long[] pairs;

    private final int[] counts;
    private final int items;

    private PairCounts(int items, long[] pairs, int[] counts) {
        this.items = items;
        this.pairs = pairs;
        this.counts = counts;
    }

    /**
     * @param window steps from one to the other, at most; an item is no pair with itself
     */
    static PairCounts of(int items, int[][] sequences, int window) {
        long[] all = new long[1024];
        int size = 0;
        for (int[] sequence : sequences) {
            for (int at = 1; at < sequence.length; at++) {
                for (int before = Math.max(0, at - window); before < at; before++) {
                    if (sequence[before] != sequence[at]) {
                        if (size == all.length) {
                            all = Arrays.copyOf(all, Math.multiplyExact(2, size));
                        }
                        all[size++] = (long) sequence[before] * items + sequence[at];
                    }
                }
            }
        }
        Arrays.sort(all, 0, size);
        int different = 0;
        int[] counts = new int[size];
        for (int i = 0; i < size; i++) {
            if (i == 0 || all[i] != all[different - 1]) {
                all[different++] = all[i];
            }
            counts[different - 1]++;
        }
        return new PairCounts(
                items, Arrays.copyOf(all, different), Arrays.copyOf(counts, different));
    }

    int of(int first, int second) {
        int found = Arrays.binarySearch(pairs, (long) first * items + second);
        return found < 0 ? 0 : counts[found];
    }
}
