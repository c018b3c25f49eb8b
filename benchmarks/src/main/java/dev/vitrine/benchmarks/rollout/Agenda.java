package dev.vitrine.benchmarks.rollout;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.Random;

/** Virtual time: what is to happen, in order; at the same moment, in the order it was put in. */
final class Agenda {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    private record Entry(long at, long order, Runnable what) {}

    private final PriorityQueue<Entry> entries =
            new PriorityQueue<>(
                    Comparator.comparingLong(Entry::at).thenComparingLong(Entry::order));
    private final Random random;
    private long now;
    private long order;

    Agenda(long seed) {
        this.random = new Random(seed);
    }

    /** Nanoseconds since the beginning. */
    long now() {
        return now;
    }

    Random random() {
        return random;
    }

    void in(long nanos, Runnable what) {
        entries.add(new Entry(now + Math.max(0, nanos), order++, what));
    }

    /** Between two times, evenly. */
    long between(long least, long most) {
        return least + (long) (random.nextDouble() * (most - least));
    }

    boolean chance(double chance) {
        return random.nextDouble() < chance;
    }

    /** Lets things happen until a time. */
    void runUntil(long end) {
        while (!entries.isEmpty() && entries.peek().at() <= end) {
            Entry entry = entries.poll();
            now = entry.at();
            entry.what().run();
        }
        now = end;
    }
}
