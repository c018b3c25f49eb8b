package dev.vitrine.data.cleaning;

import java.util.Arrays;

/**
 * Remembers by 64-bit hash what was met and when, within bounded memory: two generations of at most
 * {@code limit} entries; when the younger is full the older is forgotten. So at least the last
 * {@code limit} entries are known. Two different events share a hash with probability below n²/2⁶⁵:
 * 3 in 100 million for a million events.
 */
final class SeenRecently {
    private final int limit;
    private final DenseNumbers[] generation = {new DenseNumbers(), new DenseNumbers()};
    private final long[][] times = {new long[16], new long[16]};
    private int young;

    SeenRecently(int limit) {
        this.limit = limit;
    }

    /** When {@code hash} was last met; {@code absent} when it is not known. */
    long lastTime(long hash, long absent) {
        for (int i = 0; i < 2; i++) {
            int which = i == 0 ? young : 1 - young;
            int number = generation[which].find(hash);
            if (number >= 0) {
                return times[which][number];
            }
        }
        return absent;
    }

    void put(long hash, long time) {
        if (generation[young].size() >= limit) {
            young = 1 - young;
            generation[young].clear();
            times[young] = new long[16];
        }
        int number = generation[young].of(hash);
        if (number >= times[young].length) {
            times[young] = Arrays.copyOf(times[young], number * 2);
        }
        times[young][number] = time;
    }
}
