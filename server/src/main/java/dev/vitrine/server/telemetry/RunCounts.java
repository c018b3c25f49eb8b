package dev.vitrine.server.telemetry;

import java.util.List;

/**
 * What the requests to one version have cost since it was loaded. Requests are counted exactly;
 * runs are worked out from the requests they answered, and are too few where some of those who
 * shared a run had left it.
 *
 * @param succeeded requests that were answered
 * @param queueNanos that they waited in all
 * @param batchNanos from their turns to the begin of their runs
 * @param runNanos that their runs took, a shared run counted for each of its requests
 * @param failed requests that were refused, failed or came too late
 * @param lastMillis when the last one was answered, in milliseconds since 1970; 0 for never
 * @param batches runs by how many requests shared them, the fewest first
 */
public record RunCounts(
        long succeeded,
        long queueNanos,
        long batchNanos,
        long runNanos,
        long failed,
        long lastMillis,
        List<Batch> batches) {
    /** A version that nobody asked yet. */
    public static final RunCounts NONE = new RunCounts(0, 0, 0, 0, 0, 0, List.of());

    /**
     * Runs that so many requests shared.
     *
     * @param runs how often that was
     * @param batchNanos from their turns to their begin
     * @param nanos that these runs took
     */
    public record Batch(int requests, long runs, long batchNanos, long nanos) {}

    /** That all requests took. */
    public long totalNanos() {
        return queueNanos + batchNanos + runNanos;
    }

    /** Runs in all. */
    public long runs() {
        return batches.stream().mapToLong(Batch::runs).sum();
    }
}
