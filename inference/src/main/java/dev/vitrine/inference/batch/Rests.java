package dev.vitrine.inference.batch;

/**
 * How long turns stay free, where somebody always waits for them, so that work in the background,
 * which takes what others leave of the processors, gets something for certain. Used under the lock
 * of {@link Turns}.
 */
final class Rests {
    /** Of one processor, what the background gets. */
    private static final double SHARE = 0.25;

    /**
     * A shorter rest would end before a thread that waits elsewhere is moved to the processor, and
     * a longer one is felt: what comes meanwhile waits for it.
     */
    private static final long SHORTEST_NANOS = 800_000;

    /** A longer one would be felt by those who wait. */
    private static final long LONGEST_NANOS = 6_000_000;

    private long rested;

    /**
     * @param now monotonic nanoseconds, from which on the share counts
     */
    Rests(long now) {
        this.rested = now;
    }

    /**
     * What a turn that has ended is to rest now.
     *
     * @param now monotonic nanoseconds
     * @return nanoseconds; 0 while the background has had its share
     */
    long owed(long now) {
        long owed = (long) (SHARE * (now - rested));
        if (owed < SHORTEST_NANOS) {
            return 0;
        }
        long rest = Math.min(owed, LONGEST_NANOS);
        rested = now + rest;
        return rest;
    }
}
