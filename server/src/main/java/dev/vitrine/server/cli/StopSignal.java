package dev.vitrine.server.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a server that its process was asked to end (SIGTERM, SIGINT), and holds that end until the
 * server says that it has stopped. The wait is for that word and not for the main thread: a main
 * thread that calls {@link System#exit} cannot end before the shutdown it would be waited for in.
 */
final class StopSignal {
    /** An import in its midst does not hear the signal; what it has written is whole anyway. */
    private static final Duration MOST = Duration.ofSeconds(15);

    private final CountDownLatch given = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Runnable> first = new CopyOnWriteArrayList<>();
    private final Duration most;

    StopSignal(Duration most) {
        this.most = most;
    }

    /** One that hears the end of this process. */
    static StopSignal listen() {
        StopSignal signal = new StopSignal(MOST);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(signal::give));
        return signal;
    }

    /** What is done at once when the signal comes, to end what the server may be waiting for. */
    void onStop(Runnable action) {
        first.add(action);
    }

    /** Gives the signal; returns when the server has stopped, or after the longest wait. */
    void give() {
        given.countDown();
        first.forEach(Runnable::run);
        try {
            if (!stopped.await(most.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("vitrine: did not stop within " + most.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether it was given. */
    boolean given() {
        return given.getCount() == 0;
    }

    /** Waits until it is given. */
    void await() throws InterruptedException {
        given.await();
    }

    /** Says that everything is closed and the process may end. */
    void stopped() {
        stopped.countDown();
    }
}
