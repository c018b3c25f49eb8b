package dev.vitrine.inference.swap;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Holds the one value that answers now and leases it to requests. A request works on its lease from
 * start to end; a swap lets the requests under way finish on the old value, which is closed once,
 * after its last lease has ended. Leasing costs two atomic additions and no lock; only swaps lock.
 */
public final class Slot<T extends AutoCloseable> implements AutoCloseable {
    private final String name;
    private final Executor closer;
    private final Consumer<SlotEvent> listener;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition drained = lock.newCondition();
    private final Set<Occupant<T>> draining = new HashSet<>();
    private long generations;
    private boolean shut;

    private volatile @Nullable Occupant<T> current;

    /**
     * An empty slot.
     *
     * @param closer runs the closing of replaced values, which may take long
     * @param listener told of everything that happens
     */
    public Slot(String name, Executor closer, Consumer<SlotEvent> listener) {
        this.name = name;
        this.closer = closer;
        this.listener = listener;
    }

    /**
     * Leases the current value.
     *
     * @throws VitrineException NOTHING_LIVE when the slot is empty or closed
     */
    public Lease<T> lease() {
        while (true) {
            Occupant<T> occupant = current;
            if (occupant == null) {
                throw new VitrineException(
                        InferenceError.NOTHING_LIVE, "slot '" + name + "' has nothing live");
            }
            if (occupant.retain()) {
                return new Lease<>(this, occupant);
            }
        }
    }

    /** As {@link #lease()}; empty when the slot is empty or closed. */
    public Optional<Lease<T>> tryLease() {
        while (true) {
            Occupant<T> occupant = current;
            if (occupant == null) {
                return Optional.empty();
            }
            if (occupant.retain()) {
                return Optional.of(new Lease<>(this, occupant));
            }
        }
    }

    /**
     * Puts the first value in. The slot owns it from then on.
     *
     * @return false when the slot already has one or is closed; {@code first} is then the caller's
     */
    public boolean install(T first) {
        return replace(null, first);
    }

    /**
     * Puts {@code next} in the place of {@code expected} if that is still there. The slot owns it
     * from then on and closes {@code expected} after its last lease.
     *
     * @return false when something else is there or the slot is closed; {@code next} is then the
     *     caller's
     */
    public boolean swap(T expected, T next) {
        if (same(expected, next)) {
            throw new IllegalArgumentException("a value cannot replace itself");
        }
        return replace(expected, next);
    }

    private boolean replace(@Nullable T expected, T next) {
        Occupant<T> old;
        Occupant<T> occupant;
        lock.lock();
        try {
            old = current;
            if (shut || !same(old == null ? null : old.value, expected)) {
                return false;
            }
            occupant = new Occupant<>(next, ++generations);
            if (old != null) {
                draining.add(old);
            }
            current = occupant;
        } finally {
            lock.unlock();
        }
        listener.accept(new SlotEvent.Live(name, occupant.generation));
        if (old != null) {
            retire(old);
        }
        return true;
    }

    private void retire(Occupant<T> old) {
        listener.accept(new SlotEvent.Draining(name, old.generation, old.leases(true)));
        release(old);
    }

    void release(Occupant<T> occupant) {
        if (occupant.release()) {
            closer.execute(() -> closeValue(occupant));
        }
    }

    private void closeValue(Occupant<T> occupant) {
        Optional<Exception> failure = Optional.empty();
        try {
            occupant.value.close();
        } catch (Exception e) {
            failure = Optional.of(e);
        }
        lock.lock();
        try {
            draining.remove(occupant);
            drained.signalAll();
        } finally {
            lock.unlock();
        }
        listener.accept(new SlotEvent.Closed(name, occupant.generation, failure));
    }

    /**
     * Waits until every replaced value is closed.
     *
     * @return the leases that were outstanding when the deadline came; 0 when all is closed
     */
    public long drain(Duration deadline) throws InterruptedException {
        long nanos = deadline.toNanos();
        lock.lockInterruptibly();
        try {
            while (!draining.isEmpty()) {
                if (nanos <= 0) {
                    return Math.max(1, drainingLeases());
                }
                nanos = drained.awaitNanos(nanos);
            }
            return 0;
        } finally {
            lock.unlock();
        }
    }

    public SlotState state() {
        lock.lock();
        try {
            Occupant<T> occupant = current;
            return new SlotState(
                    name,
                    occupant == null ? 0 : occupant.generation,
                    occupant == null ? 0 : occupant.leases(true),
                    draining.size(),
                    drainingLeases());
        } finally {
            lock.unlock();
        }
    }

    private long drainingLeases() {
        long leases = 0;
        for (Occupant<T> each : draining) {
            leases += each.leases(false);
        }
        return leases;
    }

    /**
     * Leases nothing any more and closes the current value after its last lease. Does not wait; see
     * {@link #drain}.
     */
    @Override
    public void close() {
        Occupant<T> old;
        lock.lock();
        try {
            shut = true;
            old = current;
            current = null;
            if (old != null) {
                draining.add(old);
            }
        } finally {
            lock.unlock();
        }
        if (old != null) {
            retire(old);
        }
    }

    /** Values are told apart by identity: equal releases loaded twice are two values. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean same(@Nullable Object left, @Nullable Object right) {
        return left == right;
    }
}
