package dev.vitrine.inference.host;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * The threads that run models: as many as there are cores, so that runs do not take turns on one,
 * and a bounded queue before them. Callers wait on threads of their own, which may be virtual ones:
 * a native run would hold the carrier of those.
 */
public final class Runners implements AutoCloseable {
    private final ThreadPoolExecutor threads;

    /**
     * @param threads runs at once
     * @param waiting runs that may wait for a thread
     */
    public Runners(int threads, int waiting) {
        this.threads =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        0,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(waiting),
                        Thread.ofPlatform().name("model-runner-", 0).daemon().factory());
        this.threads.prestartAllCoreThreads();
    }

    /** Runs that wait for a thread. */
    public int waiting() {
        return threads.getQueue().size();
    }

    /**
     * Runs and waits. What is not begun at the deadline is begun with a cancelled {@code
     * Cancellation}, so that it frees what it holds; what runs then is ended.
     *
     * @param work is given what ends it
     * @throws VitrineException RUNNERS_BUSY when too many wait already; RUN_CANCELLED at the
     *     deadline; what {@code work} throws
     */
    public <T> T run(Duration deadline, Function<Cancellation, T> work) {
        Cancellation cancellation = new Cancellation();
        Future<T> future;
        try {
            future = threads.submit(() -> work.apply(cancellation));
        } catch (RejectedExecutionException e) {
            throw new VitrineException(
                    InferenceError.RUNNERS_BUSY,
                    "too many runs wait for a processor already; try again soon",
                    e);
        }
        try {
            return future.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            cancellation.cancel();
            throw new VitrineException(
                    InferenceError.RUN_CANCELLED,
                    "the model did not answer within " + deadline.toMillis() + " ms",
                    e);
        } catch (InterruptedException e) {
            cancellation.cancel();
            Thread.currentThread().interrupt();
            throw new VitrineException(InferenceError.RUN_CANCELLED, "the caller went away", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof VitrineException known) {
                throw known;
            }
            throw new IllegalStateException("a run failed", e.getCause());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
