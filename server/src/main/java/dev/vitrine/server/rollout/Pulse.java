package dev.vitrine.server.rollout;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** When the thread that follows looks again, and how others wait until it has. Thread-safe. */
final class Pulse {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wake = lock.newCondition();
    private final Condition looked = lock.newCondition();
    private boolean hurry;

    /** There is something to look at now. */
    void hurry() {
        lock.lock();
        try {
            hurry = true;
            wake.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits, less long when there is something to look at. */
    void rest(Duration time) {
        lock.lock();
        try {
            if (!hurry) {
                wake.awaitNanos(time.toNanos());
            }
            hurry = false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Tells those who wait that it was looked. */
    void looked() {
        lock.lock();
        try {
            looked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the next look, a tenth of a second at most. */
    void awaitLook() throws InterruptedException {
        lock.lock();
        try {
            looked.awaitNanos(TimeUnit.MILLISECONDS.toNanos(100));
        } finally {
            lock.unlock();
        }
    }
}
