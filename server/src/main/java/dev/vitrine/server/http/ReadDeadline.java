package dev.vitrine.server.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Moves the deadline of a long transfer: while it waits for the other side only a short time may
 * pass, while we work on what came the whole time that is left.
 */
record ReadDeadline(long end, Duration stall, LongSupplier nanoClock) implements ReadProgress {
    @Override
    public void before() {
        long stalled = nanoClock.getAsLong() + stall.toNanos();
        ConnectionGuard.deadline(stalled - end < 0 ? stalled : end);
    }

    @Override
    public void after() {
        ConnectionGuard.deadline(end);
    }
}
