package dev.vitrine.data.simulation;

import java.util.Arrays;

/** What each shopper will need again, the latest such purchase of each: 12 bytes a shopper. */
final class RepeatNeeds {
    private static final long DAY = 86_400_000L;

    private final int[] item;
    private final long[] dueAt;

    RepeatNeeds(int shoppers) {
        item = new int[shoppers];
        dueAt = new long[shoppers];
        Arrays.fill(item, -1);
    }

    void bought(int shopper, int what, long time, int repeatDays) {
        if (repeatDays > 0) {
            item[shopper] = what;
            dueAt[shopper] = time + (long) (0.7 * repeatDays * DAY);
        }
    }

    /** The item that is needed again by now; -1 for none. */
    int due(int shopper, long time) {
        return item[shopper] >= 0 && dueAt[shopper] <= time ? item[shopper] : -1;
    }
}
