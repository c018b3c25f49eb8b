package dev.vitrine.inference.batch;

import dev.vitrine.inference.tensor.Tensor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Requests to one version that wait for a turn, by priority and then by age. Whoever gets a turn
 * takes the first and with it those behind that may share its run, up to the limit that {@link
 * BatchLimit} has learned. Belongs to the {@link Turns} that it is used with, under whose lock all
 * of it happens.
 */
public final class BatchQueue {
    /** Requests that are looked at for one batch. */
    private static final int LOOKED_AT = 512;

    private static final System.Logger LOG = System.getLogger(BatchQueue.class.getName());

    private final BatchLimit limit;
    private volatile boolean batching;
    private final Padding padding;
    private final TreeMap<Integer, ArrayDeque<Ticket>> waiting = new TreeMap<>();
    private int size;
    private long rows;

    /** Nanoseconds of turns that its requests have had, on the scale of all queues of a process. */
    long charged;

    /**
     * @param batching false when requests never share a run
     */
    public BatchQueue(BatchLimit limit, boolean batching) {
        this(limit, batching, Padding.NONE);
    }

    /**
     * @param batching false when requests never share a run
     * @param padding which requests of different length may share one
     */
    public BatchQueue(BatchLimit limit, boolean batching, Padding padding) {
        this.limit = limit;
        this.batching = batching;
        this.padding = padding;
    }

    /** Puts no requests together any more: what came out of the model were not their rows. */
    void apart() {
        batching = false;
        LOG.log(
                System.Logger.Level.WARNING,
                "a model gave other rows than went in; its requests do not share runs any more");
    }

    Padding padding() {
        return padding;
    }

    BatchLimit limit() {
        return limit;
    }

    /** Rows as batches count them; a request to a model that is not batched is one. */
    long rows(Map<String, Tensor> inputs) {
        return batching ? BatchPlan.rows(inputs) : 1;
    }

    /** What a run of a request is likely to take by itself; 0 where nothing is known. */
    public long likelyNanos(Map<String, Tensor> inputs) {
        boolean byRows = batching && inputs.values().iterator().next().dimensions() > 0;
        return limit.steadyNanos(byRows ? BatchPlan.rows(inputs) : 1);
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** Of the request that is next. */
    int priority() {
        return waiting.firstKey();
    }

    void add(Ticket ticket) {
        waiting.computeIfAbsent(ticket.work.priority(), priority -> new ArrayDeque<>()).add(ticket);
        size++;
        rows += ticket.rows;
    }

    void remove(Ticket ticket) {
        ArrayDeque<Ticket> same = waiting.get(ticket.work.priority());
        if (same != null && same.remove(ticket)) {
            removed(ticket);
            if (same.isEmpty()) {
                waiting.remove(ticket.work.priority());
            }
        }
    }

    private void removed(Ticket ticket) {
        size--;
        rows -= ticket.rows;
    }

    /** The youngest of the least important. */
    @Nullable Ticket last() {
        return size == 0 ? null : waiting.lastEntry().getValue().peekLast();
    }

    /** All that wait. */
    void each(Consumer<Ticket> visitor) {
        waiting.values().forEach(same -> same.forEach(visitor));
    }

    /**
     * Takes the next batch.
     *
     * @param hopeless told of those that are taken out because they would not be done in time; the
     *     last of all is always tried, for what a run takes is known from runs
     * @return empty when nothing waits any more
     */
    List<Ticket> take(long now, Consumer<Ticket> hopeless) {
        while (size > 0) {
            Ticket first = waiting.firstEntry().getValue().getFirst();
            long left = first.deadline - now;
            boolean late = left <= 0 || size > 1 && left < limit.nanos(first.rows);
            long most = batching && !late ? limit.rows(first.rows, rows) : 1;
            remove(first);
            if (late) {
                hopeless.accept(first);
                continue;
            }
            List<Ticket> batch = new ArrayList<>();
            batch.add(first);
            fill(batch, most, now);
            return batch;
        }
        return List.of();
    }

    /** Takes what may share the run that one who did not wait is about to begin. */
    List<Ticket> join(Ticket first, long now) {
        if (!batching) {
            return List.of();
        }
        List<Ticket> batch = new ArrayList<>();
        batch.add(first);
        fill(batch, limit.rows(first.rows, first.rows + rows), now);
        return batch.subList(1, batch.size());
    }

    /** Adds what goes together with the first of a batch, up to so many rows. */
    private void fill(List<Ticket> batch, long most, long now) {
        Ticket first = batch.getFirst();
        long taken = first.rows;
        long earliest = first.deadline - now;
        int looked = 0;
        Iterator<ArrayDeque<Ticket>> priorities = waiting.values().iterator();
        while (priorities.hasNext() && taken < most && looked < LOOKED_AT) {
            ArrayDeque<Ticket> same = priorities.next();
            Iterator<Ticket> tickets = same.iterator();
            while (tickets.hasNext() && taken < most && looked++ < LOOKED_AT) {
                Ticket ticket = tickets.next();
                long left = ticket.deadline - now;
                if (left <= 0
                        || taken + ticket.rows > most
                        || Math.min(earliest, left) < limit.nanos(taken + ticket.rows)
                        || !together(first, ticket)) {
                    continue;
                }
                tickets.remove();
                removed(ticket);
                batch.add(ticket);
                taken += ticket.rows;
                earliest = Math.min(earliest, left);
            }
            if (same.isEmpty()) {
                priorities.remove();
            }
        }
    }

    private boolean together(Ticket first, Ticket other) {
        return other.work.outputs().equals(first.work.outputs())
                && BatchPlan.together(first.work.inputs(), other.work.inputs(), padding);
    }
}
