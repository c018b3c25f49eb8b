package dev.vitrine.benchmarks.rollout;

import java.time.Instant;

/**
 * A process's clocks: one that counts, a little too fast or too slow, and one on the wall, which
 * somebody sets.
 */
final class Clock {
    /** How much faster or slower than time a clock may count. */
    static final double DRIFT = .02;

    private final Agenda agenda;
    private final double rate;
    private long jumped;

    Clock(Agenda agenda) {
        this.agenda = agenda;
        this.rate = 1 + DRIFT * (2 * agenda.random().nextDouble() - 1);
    }

    long nanos() {
        return (long) (agenda.now() * rate);
    }

    Instant wall() {
        return Instant.ofEpochSecond(1_700_000_000L)
                .plusNanos((long) (agenda.now() * rate) + jumped);
    }

    /** Sets the clock on the wall up to an hour forward or back. */
    void jump() {
        jumped += agenda.between(-3_600 * Agenda.SECOND, 3_600 * Agenda.SECOND);
    }
}
