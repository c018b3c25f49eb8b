package dev.vitrine.inference.host;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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
     * Runs one request and waits for its answer. It may share a run with others that wait for the
     * same version. What is not begun at the deadline is never begun; what runs alone then is
     * ended.
     *
     * @param lease stays the caller's
     * @param outputs wanted, in the order of the answer
     * @param cancellation for those who learn that the caller went away
     * @throws VitrineException RUNNERS_BUSY when too many wait already; RUN_CANCELLED at the
     *     deadline; as {@link OnnxSession#run}
     */
    public BatchQueue.Answered run(
            ModelLease lease,
            Map<String, Tensor> inputs,
            List<String> outputs,
            Duration deadline,
            Cancellation cancellation) {
        lease.session().check(inputs, outputs);
        CompletableFuture<BatchQueue.Answered> answer =
                lease.queue().add(inputs, outputs, cancellation);
        try {
            threads.execute(() -> runNext(lease));
        } catch (RejectedExecutionException e) {
            cancellation.cancel();
            throw new VitrineException(
                    InferenceError.RUNNERS_BUSY,
                    "too many runs wait for a processor already; try again soon",
                    e);
        }
        try {
            return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
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

    /** Holds a lease of its own: those who asked may have left when the run ends. */
    private static void runNext(ModelLease asked) {
        Optional<ModelLease> own = asked.again();
        if (own.isEmpty()) {
            asked.queue()
                    .drop(
                            new VitrineException(
                                    InferenceError.MODEL_NOT_READY,
                                    "the version was unloaded before the run began"));
            return;
        }
        try (ModelLease lease = own.get()) {
            lease.queue().runNext(lease.session()::run);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
