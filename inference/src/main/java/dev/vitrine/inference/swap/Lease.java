package dev.vitrine.inference.swap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Optional;

/**
 * The right to use one value until this is closed, whatever the slot does meanwhile. A lease may be
 * closed from any thread, and more than once.
 */
public final class Lease<T extends AutoCloseable> implements AutoCloseable {
    private static final VarHandle ENDED;

    static {
        try {
            ENDED = MethodHandles.lookup().findVarHandle(Lease.class, "ended", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Slot<T> slot;
    private final Occupant<T> occupant;

    @SuppressWarnings("unused") // through ENDED
    private volatile boolean ended;

    Lease(Slot<T> slot, Occupant<T> occupant) {
        this.slot = slot;
        this.occupant = occupant;
    }

    /** The leased value; only to be used before {@link #close()}. */
    public T value() {
        return occupant.value;
    }

    /** Counts what the slot has held, from 1; differs for every value put into it. */
    public long generation() {
        return occupant.generation;
    }

    /**
     * One more lease on the same value, also when the slot has another by now; empty only when this
     * one has ended and so has every other, and the value is closed.
     */
    public Optional<Lease<T>> again() {
        return occupant.retain() ? Optional.of(new Lease<>(slot, occupant)) : Optional.empty();
    }

    @Override
    public void close() {
        if ((boolean) ENDED.getAndSet(this, true)) {
            return;
        }
        slot.release(occupant);
    }
}
