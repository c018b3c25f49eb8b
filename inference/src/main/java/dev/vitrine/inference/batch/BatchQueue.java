package dev.vitrine.inference.batch;

import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Requests to one version that wait for a thread. Whoever gets a thread takes the oldest and with
 * it those behind that may share its run, up to the limit that {@link BatchLimit} has learned.
 */
public final class BatchQueue {
    private final BatchLimit limit;
    private final boolean batching;
    private final LongSupplier clock;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private long rows;

    /**
     * What a request got.
     *
     * @param queueNanos from its arrival to the begin of its run
     * @param runNanos of the run
     * @param requests that shared the run
     */
    public record Answered(
            Map<String, Tensor> outputs, long queueNanos, long runNanos, int requests) {}

    /** A request and where its answer goes; cancelled when nobody waits for it any more. */
    private record Waiting(
            Map<String, Tensor> inputs,
            List<String> outputs,
            long rows,
            long addedAt,
            Cancellation cancellation,
            CompletableFuture<Answered> answer) {}

    /**
     * @param batching false when requests never share a run
     * @param clock monotonic nanoseconds
     */
    public BatchQueue(BatchLimit limit, boolean batching, LongSupplier clock) {
        this.limit = limit;
        this.batching = batching;
        this.clock = clock;
    }

    /** Adds a request; its answer comes from whichever call of {@link #runNext} takes it. */
    public CompletableFuture<Answered> add(
            Map<String, Tensor> inputs, List<String> outputs, Cancellation cancellation) {
        Waiting added =
                new Waiting(
                        inputs,
                        outputs,
                        batching ? BatchPlan.rows(inputs) : 1,
                        clock.getAsLong(),
                        cancellation,
                        new CompletableFuture<>());
        synchronized (this) {
            waiting.add(added);
            rows += added.rows;
        }
        return added.answer;
    }

    /** Runs what the model does. */
    public interface Model {
        /**
         * @param cancellation ends the run early; empty when several share it
         */
        Map<String, Tensor> run(
                Map<String, Tensor> inputs,
                List<String> outputs,
                Optional<Cancellation> cancellation);
    }

    /**
     * Takes the next batch and runs it in the calling thread; called once for each request added,
     * does nothing when others have taken all. Errors go to those who wait.
     *
     * @return requests that were answered
     */
    public int runNext(Model model) {
        List<Waiting> batch = take();
        if (batch.size() > 1) {
            shared(batch, model);
        } else if (!batch.isEmpty()) {
            alone(batch.getFirst(), model);
        }
        return batch.size();
    }

    private void shared(List<Waiting> batch, Model model) {
        long begun = clock.getAsLong();
        Map<String, Tensor> outputs;
        try {
            outputs =
                    model.run(
                            BatchPlan.joined(batch.stream().map(Waiting::inputs).toList()),
                            batch.getFirst().outputs,
                            Optional.empty());
        } catch (RuntimeException e) {
            // One of them made the run fail: each is run by itself, so that only that one fails.
            batch.forEach(one -> alone(one, model));
            return;
        }
        long nanos = clock.getAsLong() - begun;
        limit.ran(batch.stream().mapToLong(Waiting::rows).sum(), nanos);
        long from = 0;
        for (Waiting one : batch) {
            one.answer.complete(
                    new Answered(
                            BatchPlan.part(outputs, from, one.rows),
                            begun - one.addedAt,
                            nanos,
                            batch.size()));
            from += one.rows;
        }
    }

    private void alone(Waiting one, Model model) {
        long begun = clock.getAsLong();
        try {
            Map<String, Tensor> outputs =
                    model.run(one.inputs, one.outputs, Optional.of(one.cancellation));
            long nanos = clock.getAsLong() - begun;
            limit.ran(one.rows, nanos);
            one.answer.complete(new Answered(outputs, begun - one.addedAt, nanos, 1));
        } catch (RuntimeException e) {
            one.answer.completeExceptionally(e);
        }
    }

    /** Drops all that wait, because nobody can run them any more. */
    public synchronized void drop(RuntimeException reason) {
        waiting.forEach(one -> one.answer.completeExceptionally(reason));
        waiting.clear();
        rows = 0;
    }

    private synchronized List<Waiting> take() {
        List<Waiting> batch = new ArrayList<>();
        Waiting first = waiting.poll();
        while (first != null && first.cancellation.isCancelled()) {
            rows -= first.rows;
            first = waiting.poll();
        }
        if (first == null) {
            return batch;
        }
        long most = batching ? limit.rows(rows) : 1;
        batch.add(first);
        long taken = first.rows;
        rows -= first.rows;
        Iterator<Waiting> others = waiting.iterator();
        while (taken < most && others.hasNext()) {
            Waiting other = others.next();
            boolean dropped = other.cancellation.isCancelled();
            if (dropped
                    || taken + other.rows <= most
                            && other.outputs.equals(first.outputs)
                            && BatchPlan.together(first.inputs, other.inputs)) {
                others.remove();
                rows -= other.rows;
                if (!dropped) {
                    batch.add(other);
                    taken += other.rows;
                }
            }
        }
        return batch;
    }

    /** Requests that wait. */
    public synchronized int size() {
        return waiting.size();
    }
}
