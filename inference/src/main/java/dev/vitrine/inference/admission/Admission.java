package dev.vitrine.inference.admission;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The door of one model. A request comes in when there is room within the learned limit and when
 * the work ahead of it leaves time to answer it before its deadline; else it is refused at once,
 * which costs some reads and no lock.
 *
 * <p>Under pressure worse priorities are refused first: priority 0 may use all of the limit, each
 * worse one a fifth less, the fourth and all beyond it two fifths. So that no flood of the better
 * starves the others, of a worse priority that was refused one is let in for every {@value #SHARE}
 * that came in, with a place beyond the limit for each.
 */
public final class Admission implements AutoCloseable {
    /** Priorities that are told apart; the last stands for all that are worse. */
    private static final int LEVELS = 4;

    private static final int SHARE = 20;

    /** A request is let in against the forecast so often, so that a wrong one does not stay. */
    private static final long TRIAL_NANOS = 1_000_000_000;

    private final Workload workload;
    private final long maxWaitNanos;
    private final GradientLimit gradient;
    private final Forecast forecast = new Forecast();
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicIntegerArray lastAdmitted = new AtomicIntegerArray(LEVELS);
    private final AtomicLong lastTrial = new AtomicLong();
    private final LongAdder[] refused = new LongAdder[Refusal.values().length];

    /** Held to learn from an answer; who does not get it leaves the answer out. */
    private final ReentrantLock learning = new ReentrantLock();

    private volatile int limit;

    /**
     * @param workload shared by all models that run on the same processors
     */
    public Admission(AdmissionSettings settings, Workload workload, long now) {
        this.workload = workload;
        this.maxWaitNanos = settings.maxWait().toNanos();
        this.gradient =
                new GradientLimit(
                        workload.processors(),
                        Math.max(workload.processors(), settings.maxInside()),
                        maxWaitNanos);
        this.limit = gradient.limit();
        this.lastTrial.set(now - TRIAL_NANOS);
        for (int i = 0; i < refused.length; i++) {
            refused[i] = new LongAdder();
        }
        workload.add(this);
    }

    /** What a request is told: a {@link Ticket}, or {@link Refused}. */
    public sealed interface Decision permits Ticket, Refused {}

    /**
     * It is not let in.
     *
     * @param waitNanos how long it would have waited
     */
    public record Refused(Refusal why, long waitNanos) implements Decision {}

    /**
     * Asks to come in.
     *
     * @param now monotonic, in nanoseconds
     * @param priority 0 is the best
     * @param timeoutNanos how long an answer is of use
     */
    public Decision enter(long now, int priority, long timeoutNanos) {
        int level = Math.clamp(priority, 0, LEVELS - 1);
        long ahead = workload.aheadNanos();
        long wait = forecast.waitNanos(ahead);
        boolean inTime = wait <= maxWaitNanos && forecast.longRunNanos() <= timeoutNanos - wait;
        while (true) {
            int before = inside.get();
            boolean trial = !inTime && isTrial(before, now);
            if (!inTime && !trial) {
                return refuse(Refusal.DEADLINE, wait);
            }
            if (before >= room(level) && !isDue(level, before)) {
                return refuse(before >= limit ? Refusal.LIMIT : Refusal.PRIORITY, wait);
            }
            if (inside.compareAndSet(before, before + 1)) {
                int number = admitted.incrementAndGet();
                int previous = lastAdmitted.getAndSet(level, number);
                return new Ticket(now, before + 1, ahead, trial, level, number, previous);
            }
        }
    }

    private int room(int level) {
        int all = limit;
        return level == 0 ? all : Math.max(1, all * (5 - level) / 5);
    }

    private boolean isDue(int level, int before) {
        return level > 0
                && before < limit + LEVELS - 1
                && admitted.get() - lastAdmitted.get(level) >= SHARE;
    }

    private boolean isTrial(int before, long now) {
        long last = lastTrial.get();
        return before == 0 && now - last >= TRIAL_NANOS && lastTrial.compareAndSet(last, now);
    }

    private Refused refuse(Refusal why, long wait) {
        refused[why.ordinal()].increment();
        return new Refused(why, wait);
    }

    /** A request that is inside. Whoever has it ends it once, by one of its methods. */
    public final class Ticket implements Decision {
        private final long enteredAt;
        private final int insideThen;
        private final long ahead;
        private final boolean trial;
        private final int level;
        private final int number;
        private final int previous;

        private Ticket(
                long enteredAt,
                int insideThen,
                long ahead,
                boolean trial,
                int level,
                int number,
                int previous) {
            this.enteredAt = enteredAt;
            this.insideThen = insideThen;
            this.ahead = ahead;
            this.trial = trial;
            this.level = level;
            this.number = number;
            this.previous = previous;
        }

        /**
         * It ran and goes out.
         *
         * @param waitedNanos from its arrival to the begin of its run
         * @param sharing requests that shared the run
         */
        public void ran(long now, long waitedNanos, long runNanos, int sharing) {
            leave();
            if (learning.tryLock()) {
                try {
                    if (trial) {
                        forecast.trial(runNanos);
                    }
                    forecast.ran(enteredAt, now, ahead, waitedNanos, runNanos, sharing);
                    gradient.answered(now, now - enteredAt, insideThen);
                    limit = gradient.limit();
                } finally {
                    learning.unlock();
                }
            }
        }

        /** Its time was over before it ran. */
        public void dropped(long now) {
            leave();
            if (learning.tryLock()) {
                try {
                    forecast.dropped(enteredAt, now, ahead);
                    gradient.dropped(now, insideThen);
                    limit = gradient.limit();
                } finally {
                    learning.unlock();
                }
            }
        }

        /** It failed or its caller went away: nothing is learned. */
        public void leave() {
            inside.decrementAndGet();
        }

        /**
         * It goes out as if it had not come, and will come again: a trial, or the place that is due
         * to its priority, is there for it then.
         */
        public void comesAgain() {
            if (trial) {
                lastTrial.compareAndSet(enteredAt, enteredAt - TRIAL_NANOS);
            }
            lastAdmitted.compareAndSet(level, number, previous);
            leave();
        }
    }

    /** Requests that are inside. */
    public int inside() {
        return inside.get();
    }

    public int limit() {
        return limit;
    }

    /** How often it has refused, for one reason. */
    public long refused(Refusal why) {
        return refused[why.ordinal()].sum();
    }

    /** What a request takes of the processors' time, as learned; 0 until one ran. */
    long costNanos() {
        return forecast.costNanos();
    }

    /** The time of a run as learned; 0 until there was one. */
    public long runNanos() {
        return forecast.runNanos();
    }

    /** How long a newcomer would wait. */
    public long waitNanos() {
        return forecast.waitNanos(workload.aheadNanos());
    }

    /** How near it is to refusing: 0 when nothing waits, 1 at the limit or the longest wait. */
    public double pressure() {
        double places = workload.processors();
        int all = limit;
        double room =
                all <= places
                        ? (inside.get() >= places ? 1 : 0)
                        : (inside.get() - places) / (all - places);
        double wait = maxWaitNanos == 0 ? 0 : (double) waitNanos() / maxWaitNanos;
        return Math.clamp(Math.max(room, wait), 0, 1);
    }

    /** Its model is gone: what is still inside is no work for others to wait for. */
    @Override
    public void close() {
        workload.remove(this);
    }
}
