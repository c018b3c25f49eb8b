package dev.vitrine.server.wiring;

import dev.vitrine.applications.recommend.Effort;
import dev.vitrine.inference.admission.GradientLimit;
import dev.vitrine.inference.admission.Ladder;
import dev.vitrine.inference.admission.LadderSettings;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How much work each shelf may be. A learned limit says how many can be worked on at once before
 * they take {@value #WAIT_MILLIS} ms longer than alone; who comes beyond it gets what sells best
 * instead of an error, and when that lasts the ladder goes down for all.
 */
public final class ShopLadder {
    /** With the time of a shelf alone, less than the 150 ms that a page has for it. */
    private static final int WAIT_MILLIS = 100;

    private static final int MOST = 4_096;
    private static final System.Logger LOG = System.getLogger(ShopLadder.class.getName());

    private final LongSupplier clock;
    private final int processors;
    private final GradientLimit gradient;
    private final Ladder ladder;
    private final AtomicInteger inside = new AtomicInteger();
    private final LongAdder[] answered = new LongAdder[Effort.values().length];
    private final ReentrantLock learning = new ReentrantLock();
    private volatile int limit;

    /**
     * @param clock monotonic nanoseconds
     */
    public ShopLadder(int processors, LadderSettings settings, LongSupplier clock) {
        this.clock = clock;
        this.processors = processors;
        this.gradient =
                new GradientLimit(processors, Math.max(processors, MOST), WAIT_MILLIS * 1_000_000L);
        this.limit = gradient.limit();
        this.ladder =
                new Ladder(
                        steps(),
                        settings,
                        clock.getAsLong(),
                        (from, to, pressure) ->
                                LOG.log(
                                        System.Logger.Level.INFO,
                                        "ladder of the shop from={0} to={1} pressure={2}",
                                        from,
                                        to,
                                        pressure));
        for (int i = 0; i < answered.length; i++) {
            answered[i] = new LongAdder();
        }
    }

    private static List<String> steps() {
        return Arrays.stream(Effort.values()).map(e -> e.name().toLowerCase(Locale.ROOT)).toList();
    }

    /** A shelf that is being answered, until it is closed. */
    public final class Visit implements AutoCloseable {
        private final Effort effort;
        private final long begun;
        private final int insideThen;

        private Visit(Effort effort, long begun, int insideThen) {
            this.effort = effort;
            this.begun = begun;
            this.insideThen = insideThen;
        }

        public Effort effort() {
            return effort;
        }

        @Override
        public void close() {
            inside.decrementAndGet();
            answered[effort.ordinal()].increment();
            if (effort != Effort.POPULAR && learning.tryLock()) {
                try {
                    long now = clock.getAsLong();
                    gradient.answered(now, now - begun, insideThen);
                    limit = gradient.limit();
                } finally {
                    learning.unlock();
                }
            }
        }
    }

    /** Begins a shelf; never refuses. */
    public Visit enter() {
        long now = clock.getAsLong();
        int with = inside.incrementAndGet();
        int step = ladder.look(now, pressure(with));
        Effort effort = with > limit ? Effort.POPULAR : Effort.values()[step];
        return new Visit(effort, now, with);
    }

    /** 0 while there is a processor for each, 1 at the limit. */
    private double pressure(int with) {
        double room = Math.max(1, limit - processors);
        return Math.clamp((with - processors) / room, 0.0, 1.0);
    }

    /** Shelves that are being answered. */
    public int inside() {
        return inside.get();
    }

    public int limit() {
        return limit;
    }

    /** Whether a shelf that is begun now would be answered with less than all effort. */
    public boolean isPressed() {
        int now = inside.get();
        return now >= limit || ladder.look(clock.getAsLong(), pressure(now)) > 0;
    }

    /** The step that is given now, 0 for all effort. */
    public int step() {
        return ladder.step();
    }

    public long answered(Effort effort) {
        return answered[effort.ordinal()].sum();
    }
}
