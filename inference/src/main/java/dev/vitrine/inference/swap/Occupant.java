package dev.vitrine.inference.swap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A value with the number of those who use it. The count starts at one, for the slot itself. Who
 * brings it to zero tries to move it from zero to {@link #CLOSED}; only one can, and that one
 * closes the value. Who raises it from zero before that move has a good lease and keeps the move
 * from succeeding; who raises it after the move sees a negative count and leaves it alone, for
 * there is room for 2^63 such steps.
 */
final class Occupant<T extends AutoCloseable> {
    private static final long CLOSED = Long.MIN_VALUE;
    private static final VarHandle COUNT;

    static {
        try {
            COUNT = MethodHandles.lookup().findVarHandle(Occupant.class, "count", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final T value;
    final long generation;

    @SuppressWarnings("unused") // through COUNT
    private volatile long count = 1;

    Occupant(T value, long generation) {
        this.value = value;
        this.generation = generation;
    }

    /** Takes part; false when the value is closed. */
    boolean retain() {
        return (long) COUNT.getAndAdd(this, 1L) >= 0;
    }

    /** Ends one part; true for the one caller that now has to close the value. */
    boolean release() {
        return (long) COUNT.getAndAdd(this, -1L) == 1 && COUNT.compareAndSet(this, 0L, CLOSED);
    }

    boolean closed() {
        return (long) COUNT.getVolatile(this) < 0;
    }

    /** Leases that have not ended; the slot's own part is not counted. */
    long leases(boolean occupying) {
        return Math.max(0, (long) COUNT.getVolatile(this) - (occupying ? 1 : 0));
    }
}
