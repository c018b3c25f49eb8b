package dev.vitrine.benchmarks.load;

import java.util.Arrays;

/** What became of every request of a run. */
public final class LoadRun {
    /** Outcome of one that was given up before a connection was free for it. */
    private static final byte UNSENT = (byte) Wire.Outcome.values().length;

    private final double seconds;
    private long[] due;
    private long[] took;
    private byte[] outcome;
    private int count;

    /**
     * @param seconds for which requests were due
     */
    LoadRun(double seconds, int expected) {
        this.seconds = seconds;
        this.due = new long[expected];
        this.took = new long[expected];
        this.outcome = new byte[expected];
    }

    /**
     * @param dueNanos when it should have been sent, from the start of the run
     */
    void add(long dueNanos, long tookNanos, Wire.Outcome result) {
        add(dueNanos, tookNanos, (byte) result.ordinal());
    }

    void addUnsent(long dueNanos, long tookNanos) {
        add(dueNanos, tookNanos, UNSENT);
    }

    private void add(long dueNanos, long tookNanos, byte result) {
        if (count == due.length) {
            int larger = count * 2 + 16;
            due = Arrays.copyOf(due, larger);
            took = Arrays.copyOf(took, larger);
            outcome = Arrays.copyOf(outcome, larger);
        }
        due[count] = dueNanos;
        took[count] = tookNanos;
        outcome[count++] = result;
    }

    void addAll(LoadRun other) {
        for (int i = 0; i < other.count; i++) {
            add(other.due[i], other.took[i], other.outcome[i]);
        }
    }

    /** Requests that should have been sent. */
    public int requests() {
        return count;
    }

    public double seconds() {
        return seconds;
    }

    public int count(Wire.Outcome result) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            found += outcome[i] == result.ordinal() ? 1 : 0;
        }
        return found;
    }

    /** Requests that were late before a connection was free to send them. */
    public int unsent() {
        int found = 0;
        for (int i = 0; i < count; i++) {
            found += outcome[i] == UNSENT ? 1 : 0;
        }
        return found;
    }

    /** Answers that came before the end of the run, by second. */
    public double answeredPerSecond() {
        int found = 0;
        for (int i = 0; i < count; i++) {
            boolean inTime = due[i] + took[i] <= (long) (seconds * 1e9);
            found += inTime && outcome[i] == Wire.Outcome.ANSWERED.ordinal() ? 1 : 0;
        }
        return found / seconds;
    }

    /** Answers within a deadline, by second of the run. */
    public double goodPerSecond(double deadlineMs) {
        return good(0, Long.MAX_VALUE, deadlineMs) / seconds;
    }

    /** As {@link #goodPerSecond(double)}, of the requests due in a part of the run. */
    public double goodPerSecond(double fromSeconds, double toSeconds, double deadlineMs) {
        return good((long) (fromSeconds * 1e9), (long) (toSeconds * 1e9), deadlineMs)
                / (toSeconds - fromSeconds);
    }

    /** When the last request was due that was not answered within a deadline; 0 without one. */
    public double lastNotGoodSeconds(double deadlineMs) {
        long last = 0;
        for (int i = 0; i < count; i++) {
            if (!isGood(i, deadlineMs)) {
                last = Math.max(last, due[i]);
            }
        }
        return last / 1e9;
    }

    private boolean isGood(int place, double deadlineMs) {
        return outcome[place] == Wire.Outcome.ANSWERED.ordinal() && took[place] <= deadlineMs * 1e6;
    }

    private int good(long from, long to, double deadlineMs) {
        int found = 0;
        for (int i = 0; i < count; i++) {
            found += isGood(i, deadlineMs) && due[i] >= from && due[i] < to ? 1 : 0;
        }
        return found;
    }

    /** A percentile of the time until requests with an outcome ended; 0 when there were none. */
    public double millis(Wire.Outcome result, double share) {
        long[] times = new long[count];
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (outcome[i] == result.ordinal()) {
                times[found++] = took[i];
            }
        }
        if (found == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(times, found);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * found) - 1)] / 1e6;
    }
}
