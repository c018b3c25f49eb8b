package dev.vitrine.data.cleaning;

import java.util.Arrays;

/**
 * Gives longs dense numbers from 0 in the order in which they are first met. Open addressing with
 * linear probing at a load of at most one half: 20 to 40 bytes a key.
 */
public final class DenseNumbers {
    private long[] keys = new long[16];
    private int[] table = new int[64];
    private int size;

    /** The number of {@code key}, which gets one when it is new. */
    public int of(long key) {
        int slot = slot(key);
        if (table[slot] != 0) {
            return table[slot] - 1;
        }
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
        }
        keys[size++] = key;
        table[slot] = size;
        if (size * 2L > table.length) {
            grow();
        }
        return size - 1;
    }

    /** The number of {@code key}; -1 when it has none. */
    public int find(long key) {
        return table[slot(key)] - 1;
    }

    public long key(int number) {
        return keys[number];
    }

    public int size() {
        return size;
    }

    public void clear() {
        keys = new long[16];
        table = new int[64];
        size = 0;
    }

    private int slot(long key) {
        int mask = table.length - 1;
        int slot = (int) Hash.mix(key) & mask;
        while (table[slot] != 0 && keys[table[slot] - 1] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        table = new int[table.length * 2];
        for (int i = 0; i < size; i++) {
            table[slot(keys[i])] = i + 1;
        }
    }
}
