package dev.vitrine.inference.admission;

import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * A server with known capacity in virtual time: places that each work on one request, a queue
 * before them, requests that come by chance at a rate.
 */
final class SimulatedServer {
    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;

    /** Who is asked whether a request comes in, and told how it fared. */
    interface Door {
        /** A ticket, or null for no. */
        @Nullable Object enter(long now, SplittableRandom random);

        void answered(Object ticket, long now, long waited, long ran);

        /** Its time was over when its turn came. */
        void dropped(Object ticket, long now);

        /** How long an answer is of use. */
        long timeout();
    }

    /** Counts of a stretch of time. */
    static final class Tally {
        int offered;
        int refused;
        int dropped;
        int answered;
        int late;
        double nanos;

        double meanNanos() {
            return nanos / Math.max(1, answered);
        }

        int inTime() {
            return answered - late;
        }

        @Override
        public String toString() {
            return "offered "
                    + offered
                    + ", refused "
                    + refused
                    + ", dropped "
                    + dropped
                    + ", answered "
                    + answered
                    + ", late "
                    + late
                    + ", mean ms "
                    + meanNanos() / MILLI;
        }
    }

    private record Request(Object ticket, long arrived, long service) {}

    private record Running(Request request, long begun, long ends) implements Comparable<Running> {
        @Override
        public int compareTo(Running other) {
            return Long.compare(ends, other.ends);
        }
    }

    private final int places;
    private final Door door;
    private final SplittableRandom random;
    private final ArrayDeque<Request> queue = new ArrayDeque<>();
    private final PriorityQueue<Running> running = new PriorityQueue<>();
    private long now;
    private long nextArrival = Long.MAX_VALUE;

    /** Mean time of a request alone. */
    long service = 10 * MILLI;

    /** 0 when all requests take the same time, 1 when from nothing to double, evenly. */
    double spread;

    /** How much slower each is for every other that is worked on. */
    double slowing;

    SimulatedServer(int places, long seed, Door door) {
        this.places = places;
        this.door = door;
        this.random = new SplittableRandom(seed);
    }

    long now() {
        return now;
    }

    int waiting() {
        return queue.size();
    }

    /** Lets requests come at a rate for a while. */
    Tally run(long nanos, double perSecond) {
        Tally tally = new Tally();
        long end = now + nanos;
        nextArrival = perSecond == 0 ? Long.MAX_VALUE : now + gap(perSecond);
        while (true) {
            long ends = running.isEmpty() ? Long.MAX_VALUE : running.peek().ends;
            long next = Math.min(ends, nextArrival);
            if (next > end) {
                now = end;
                return tally;
            }
            now = next;
            if (ends <= nextArrival) {
                finish(running.remove(), tally);
            } else {
                nextArrival = now + gap(perSecond);
                arrive(tally);
            }
            work(tally);
        }
    }

    private long gap(double perSecond) {
        return (long) (-Math.log(1 - random.nextDouble()) / perSecond * SECOND);
    }

    private void arrive(Tally tally) {
        tally.offered++;
        Object ticket = door.enter(now, random);
        if (ticket == null) {
            tally.refused++;
            return;
        }
        double factor = 1 + spread * (2 * random.nextDouble() - 1);
        queue.add(new Request(ticket, now, (long) (service * factor)));
    }

    private void work(Tally tally) {
        while (running.size() < places && !queue.isEmpty()) {
            Request next = queue.remove();
            if (now - next.arrived >= door.timeout()) {
                tally.dropped++;
                door.dropped(next.ticket, now);
                continue;
            }
            long takes = (long) (next.service * (1 + slowing * running.size()));
            running.add(new Running(next, now, now + takes));
        }
    }

    private void finish(Running done, Tally tally) {
        tally.answered++;
        long took = now - done.request.arrived;
        tally.nanos += took;
        if (took > door.timeout()) {
            tally.late++;
        }
        door.answered(
                done.request.ticket, now, done.begun - done.request.arrived, now - done.begun);
    }
}
