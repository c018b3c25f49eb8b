package dev.vitrine.benchmarks.load;

import java.util.List;

/**
 * When the requests of an open loop are due.
 *
 * @param start of the first, by the clock
 * @param loops that share them, taking turns
 * @param deadlineNanos after which one that waits for a connection is given up
 * @param giveUpNanos after the last until those without an answer have failed
 */
record Schedule(
        long start, List<Generator.Step> steps, int loops, long deadlineNanos, long giveUpNanos) {
    int count() {
        return steps.stream().mapToInt(Generator.Step::count).sum();
    }

    long lengthNanos() {
        return steps.stream().mapToLong(step -> step.length().toNanos()).sum();
    }

    /** Nanoseconds after the start. */
    long due(int number) {
        int left = number;
        long from = 0;
        for (int i = 0; i < steps.size(); i++) {
            Generator.Step step = steps.get(i);
            int count = step.count();
            if (left < count || i == steps.size() - 1) {
                return from + (long) (left * (1e9 / step.perSecond()));
            }
            left -= count;
            from += step.length().toNanos();
        }
        throw new IllegalStateException("a schedule has at least one step");
    }
}
