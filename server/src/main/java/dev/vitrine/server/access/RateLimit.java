package dev.vitrine.server.access;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate for one key without locks or threads: it stores the time at which the next request would
 * be due if requests came evenly, and lets a request through while that time is less than the burst
 * ahead of now (the generic cell rate algorithm, ITU-T I.371).
 */
final class RateLimit {
    private static final long BURST_NANOS = 2_000_000_000L;

    private final long intervalNanos;
    private final AtomicLong due;

    RateLimit(int perSecond, long nowNanos) {
        this.intervalNanos = 1_000_000_000L / perSecond;
        this.due = new AtomicLong(nowNanos);
    }

    /**
     * Takes one request.
     *
     * @return 0 when it may go on, else the nanoseconds until it may
     */
    long take(long nowNanos) {
        while (true) {
            long seen = due.get();
            long from = seen - nowNanos > 0 ? seen : nowNanos;
            long next = from + intervalNanos;
            long wait = next - nowNanos - BURST_NANOS;
            if (wait > 0) {
                return wait;
            }
            if (due.compareAndSet(seen, next)) {
                return 0;
            }
        }
    }
}
