package dev.vitrine.data.feature;

/** Sums by number (0 or more) in an open-addressed table. Used by one thread. */
final class Shares {
    private int[] keys = new int[16];
    private double[] sums = new double[16];
    private int size;

    void add(int number, double amount) {
        int slot = slot(keys, number);
        if (keys[slot] == 0) {
            if (++size * 2 > keys.length) {
                grow();
                slot = slot(keys, number);
            }
            keys[slot] = number + 1;
        }
        sums[slot] += amount;
    }

    /** The sum of a number; 0 when nothing was added. */
    double of(int number) {
        return number < 0 ? 0 : sums[slot(keys, number)];
    }

    WeightedItems top(int most, double total) {
        TopRanked top = new TopRanked(Math.max(1, most));
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                top.offer(keys[i] - 1, (float) (sums[i] / total));
            }
        }
        return top.finish();
    }

    private static int slot(int[] keys, int number) {
        int mask = keys.length - 1;
        int slot = (number * 0x9E3779B9) >>> 7 & mask;
        while (keys[slot] != 0 && keys[slot] != number + 1) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        int[] oldKeys = keys;
        double[] oldSums = sums;
        keys = new int[oldKeys.length * 2];
        sums = new double[keys.length];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(keys, oldKeys[i] - 1);
                keys[slot] = oldKeys[i];
                sums[slot] = oldSums[i];
            }
        }
    }
}
