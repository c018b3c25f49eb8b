package dev.vitrine.inference.cache;

import dev.vitrine.kernel.error.VitrineException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One question that is being worked out, and those who wait for its answer. One of them leads; when
 * it fails, the next in turn leads, so that nobody fails with another as long as there is time.
 */
final class Flight<V> {
    /** Those who wait look so often whether their caller went away. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean led = true;
    private boolean ended;
    private int waiting;
    private @Nullable V value;
    private @Nullable VitrineException error;

    /** How waiting ended. */
    enum Turn {
        ANSWERED,
        /** The one who waited leads now. */
        LEADS,
        /** The flight was over before; whoever asks begins anew. */
        OVER,
        TIMED_OUT,
        CANCELLED,
        FULL
    }

    /**
     * Waits for the answer or the lead.
     *
     * @param most who may wait at once
     * @throws VitrineException the leader's, where every other would meet it too
     */
    Turn join(long nanos, int most, BooleanSupplier cancelled) throws InterruptedException {
        lock.lock();
        try {
            if (waiting >= most) {
                return Turn.FULL;
            }
            waiting++;
            try {
                return await(nanos, cancelled);
            } finally {
                waiting--;
                if (!led && !ended) {
                    changed.signal();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private Turn await(long nanos, BooleanSupplier cancelled) throws InterruptedException {
        long left = nanos;
        while (true) {
            if (error != null) {
                throw error;
            }
            if (ended) {
                return value == null ? Turn.OVER : Turn.ANSWERED;
            }
            if (cancelled.getAsBoolean()) {
                return Turn.CANCELLED;
            }
            if (left <= 0) {
                return Turn.TIMED_OUT;
            }
            if (!led) {
                led = true;
                return Turn.LEADS;
            }
            long slice = Math.min(left, LOOK_NANOS);
            left -= slice - Math.max(0, changed.awaitNanos(slice));
        }
    }

    /** The answer, after {@link Turn#ANSWERED}. */
    V value() {
        lock.lock();
        try {
            if (value == null) {
                throw new IllegalStateException("nothing was answered");
            }
            return value;
        } finally {
            lock.unlock();
        }
    }

    void answer(V answer) {
        lock.lock();
        try {
            value = answer;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The question itself is at fault: all who ask it are told so. */
    void refuse(VitrineException fault) {
        lock.lock();
        try {
            error = fault;
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The leader leaves without an answer.
     *
     * @return whether nobody waits and the flight is over
     */
    boolean abandon() {
        lock.lock();
        try {
            led = false;
            if (waiting == 0) {
                ended = true;
                return true;
            }
            changed.signal();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** After somebody who waited left: whether the flight has nobody any more. */
    boolean isForsaken() {
        lock.lock();
        try {
            if (!led && !ended && waiting == 0) {
                ended = true;
                return true;
            }
            return false;
        } finally {
            lock.unlock();
        }
    }
}
