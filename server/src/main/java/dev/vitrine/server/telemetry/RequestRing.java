package dev.vitrine.server.telemetry;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Request rate and latency by second for the last fifteen minutes, in about 1.2 MiB, for the
 * console. Writers never wait: each second is a fresh array of counters that the first request of
 * that second installs.
 */
public final class RequestRing {
    /** How far back the ring goes, in seconds. */
    public static final int SECONDS = 900;

    private final InstantSource clock;
    private final AtomicReferenceArray<Second> ring = new AtomicReferenceArray<>(SECONDS);

    /** What a request asked for. */
    public enum Group {
        RECOMMEND,
        SEARCH,
        PREDICT,
        EVENTS,
        OTHER
    }

    private static final int GROUPS = Group.values().length;
    private static final int ERRORS = LatencyBuckets.COUNT;
    private static final int WIDTH = LatencyBuckets.COUNT + 1;

    private record Second(long at, AtomicIntegerArray counts) {}

    /**
     * A span of time.
     *
     * @param at start in epoch milliseconds
     * @param requests requests per second on average
     * @param errors answers with status 500 and above, per second
     */
    public record Point(
            long at, double requests, double errors, double p50Ms, double p95Ms, double p99Ms) {}

    public RequestRing(InstantSource clock) {
        this.clock = clock;
    }

    /** Counts one finished request. */
    public void record(Group group, long nanos, boolean failed) {
        long now = clock.millis() / 1000;
        int slot = (int) (now % SECONDS);
        Second second = ring.get(slot);
        if (second == null || second.at() != now) {
            Second fresh = new Second(now, new AtomicIntegerArray(GROUPS * WIDTH));
            second = ring.compareAndSet(slot, second, fresh) ? fresh : ring.get(slot);
        }
        int base = group.ordinal() * WIDTH;
        second.counts().incrementAndGet(base + LatencyBuckets.of(nanos));
        if (failed) {
            second.counts().incrementAndGet(base + ERRORS);
        }
    }

    /**
     * The series of one group, oldest first, without the second that is still running.
     *
     * @param step seconds per point, 1 to {@value #SECONDS}
     * @param seconds how far back, 1 to {@value #SECONDS}
     */
    public List<Point> series(Group group, int step, int seconds) {
        return series(List.of(group), step, seconds);
    }

    /** The series of all requests together. */
    public List<Point> series(int step, int seconds) {
        return series(List.of(Group.values()), step, seconds);
    }

    private List<Point> series(List<Group> groups, int step, int seconds) {
        long end = clock.millis() / 1000;
        long from = end - Math.min(seconds, SECONDS - 1);
        List<Point> points = new ArrayList<>();
        for (long at = from; at < end; at += step) {
            points.add(point(groups, at, Math.min(end, at + step)));
        }
        return points;
    }

    private Point point(List<Group> groups, long from, long to) {
        long[] buckets = new long[WIDTH];
        for (long at = from; at < to; at++) {
            Second second = ring.get((int) (at % SECONDS));
            if (second == null || second.at() != at) {
                continue;
            }
            for (Group group : groups) {
                int base = group.ordinal() * WIDTH;
                for (int i = 0; i < WIDTH; i++) {
                    buckets[i] += second.counts().get(base + i);
                }
            }
        }
        long total = 0;
        for (int i = 0; i < LatencyBuckets.COUNT; i++) {
            total += buckets[i];
        }
        double span = to - from;
        return new Point(
                from * 1000,
                total / span,
                buckets[ERRORS] / span,
                percentile(buckets, total, 0.50),
                percentile(buckets, total, 0.95),
                percentile(buckets, total, 0.99));
    }

    private static double percentile(long[] buckets, long total, double share) {
        if (total == 0) {
            return 0;
        }
        long rank = (long) Math.ceil(total * share);
        long seen = 0;
        for (int i = 0; i < LatencyBuckets.COUNT; i++) {
            seen += buckets[i];
            if (seen >= rank) {
                return LatencyBuckets.upperMillis(i);
            }
        }
        return LatencyBuckets.upperMillis(LatencyBuckets.COUNT - 1);
    }
}
