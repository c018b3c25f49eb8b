package dev.vitrine.data.feature;

import java.util.Arrays;

/**
 * Keeps the heaviest of the items offered. An item and its weight are one long whose natural order
 * is by weight and, among equal weights, towards the lower item number; the heap has its least on
 * top.
 */
final class TopRanked {
    private final int most;
    private long[] heap;
    private int size;

    TopRanked(int most) {
        this.most = most;
        this.heap = new long[Math.min(most, 16)];
    }

    /** The order key of an item with a positive weight. */
    static long rank(int item, float weight) {
        return ((long) Float.floatToRawIntBits(weight) << 32) | (0xFFFF_FFFFL - item);
    }

    /** Sorts the first {@code count} keys and gives items and weights, heaviest first. */
    static WeightedItems unpack(long[] ranked, int count) {
        if (count == 0) {
            return WeightedItems.EMPTY;
        }
        Arrays.sort(ranked, 0, count);
        int[] items = new int[count];
        float[] weights = new float[count];
        for (int i = 0; i < count; i++) {
            long key = ranked[count - 1 - i];
            items[i] = (int) (0xFFFF_FFFFL - (key & 0xFFFF_FFFFL));
            weights[i] = Float.intBitsToFloat((int) (key >>> 32));
        }
        return new WeightedItems(items, weights);
    }

    /** Offers an item; a weight that is not positive is passed over. */
    void offer(int item, float weight) {
        if (!(weight > 0)) {
            return;
        }
        long key = rank(item, weight);
        if (size < most) {
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, Math.min(most, size * 2));
            }
            up(size++, key);
        } else if (key > heap[0]) {
            down(key);
        }
    }

    /** The kept items, heaviest first; ends the use of this heap. */
    WeightedItems finish() {
        return unpack(heap, size);
    }

    private void up(int start, long key) {
        int hole = start;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (heap[parent] <= key) {
                break;
            }
            heap[hole] = heap[parent];
            hole = parent;
        }
        heap[hole] = key;
    }

    private void down(long key) {
        int hole = 0;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1] < heap[child]) {
                child++;
            }
            if (heap[child] >= key) {
                break;
            }
            heap[hole] = heap[child];
            hole = child;
        }
        heap[hole] = key;
    }
}
