package dev.vitrine.data.feature;

import java.util.Arrays;

/**
 * Remembers the last event ids by 64-bit hash, oldest leaving first. Two different ids of the same
 * hash would count as one; among 65,536 remembered ids that happens once in about 10^14 events.
 * Used by one thread.
 */
final class RecentIds {
    private final long[] ring;
    private final long[] set;
    private int next;
    private int size;

    RecentIds(int capacity) {
        ring = new long[capacity];
        set = new long[Integer.highestOneBit(Math.max(4, capacity)) << 2];
    }

    /** Remembers an id; false when it was remembered already. */
    boolean add(String eventId) {
        return add(hash(eventId));
    }

    private boolean add(long hash) {
        int slot = slotOf(hash);
        if (set[slot] == hash) {
            return false;
        }
        if (size == ring.length) {
            remove(ring[next]);
            slot = slotOf(hash);
        } else {
            size++;
        }
        set[slot] = hash;
        ring[next] = hash;
        next = next + 1 == ring.length ? 0 : next + 1;
        return true;
    }

    /** The place of a hash in the set, or the free place where it would go. */
    private int slotOf(long hash) {
        int mask = set.length - 1;
        int slot = (int) hash & mask;
        while (set[slot] != 0 && set[slot] != hash) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Takes a hash out and closes the gap in its run of probes. */
    private void remove(long hash) {
        int mask = set.length - 1;
        int gap = slotOf(hash);
        set[gap] = 0;
        for (int i = (gap + 1) & mask; set[i] != 0; i = (i + 1) & mask) {
            int home = (int) set[i] & mask;
            if (((i - home) & mask) >= ((i - gap) & mask)) {
                set[gap] = set[i];
                set[i] = 0;
                gap = i;
            }
        }
    }

    private static long hash(String text) {
        long h = 0x9E3779B97F4A7C15L ^ text.length();
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0xD6E8FEB86659FD93L;
            h ^= h >>> 32;
        }
        h = (h ^ (h >>> 29)) * 0xBF58476D1CE4E5B9L;
        h ^= h >>> 32;
        return h == 0 ? 1 : h;
    }

    void save(StateWriter out) {
        out.putInt(size);
        int start = size == ring.length ? next : 0;
        for (int i = 0; i < size; i++) {
            out.putLong(ring[(start + i) % ring.length]);
        }
    }

    void load(StateReader in) {
        int count = in.getCount(ring.length, Long.BYTES);
        Arrays.fill(set, 0);
        next = 0;
        size = 0;
        for (int i = 0; i < count; i++) {
            add(in.getLong());
        }
    }
}
