package dev.vitrine.training.network;

import java.util.SplittableRandom;

/** In which order an epoch goes through its rows. */
public final class RowOrder {
    private RowOrder() {}

    /** The chances of an epoch: the same for the same seed and epoch. */
    public static SplittableRandom random(long seed, int epoch) {
        return new SplittableRandom(seed * 1_000_003 + epoch);
    }

    /** All numbers below a count, shuffled. */
    public static int[] shuffled(int rows, SplittableRandom random) {
        int[] order = new int[rows];
        for (int i = 0; i < rows; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
