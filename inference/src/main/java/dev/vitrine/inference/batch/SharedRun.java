package dev.vitrine.inference.batch;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.Scratch;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** One turn: the requests that share it and what they get. */
final class SharedRun {
    /** Ends the run; when all have left it. */
    final Cancellation cancellation = new Cancellation();

    /** What it has while it runs. */
    final Turn turn;

    /** Whose turn it is. */
    final Ticket leader;

    /** All that were taken together; some may have left. */
    final List<Ticket> taken;

    /** When its turn came, or others joined it: who waited does not any more; under the lock. */
    long from;

    /** What was charged for it before it was known what it takes; under the lock. */
    long charged;

    /** Whether it was given to the thread of its turn, and not to the one that asked. */
    final boolean carried;

    /** Those that had not left when it began. */
    private List<Ticket> members;

    private int present;
    private long rows;
    private long nanos;

    SharedRun(
            List<Ticket> taken,
            Ticket leader,
            boolean carried,
            Turn turn,
            long from,
            long charged) {
        this.taken = taken;
        this.members = taken;
        this.leader = leader;
        this.carried = carried;
        this.turn = turn;
        this.from = from;
        this.charged = charged;
        this.present = taken.size();
        taken.forEach(ticket -> this.rows += ticket.rows);
    }

    /** Rows of all that were taken. */
    long rows() {
        return rows;
    }

    /** Takes more with it, before it begins; under the lock. */
    void join(List<Ticket> more) {
        taken.addAll(more);
        present += more.size();
        more.forEach(ticket -> rows += ticket.rows);
    }

    /** One fewer waits for it; under the lock. */
    void left() {
        if (--present == 0) {
            cancellation.cancel();
        }
    }

    /** Leaves out who has left already; under the lock. */
    void begin() {
        if (present < taken.size()) {
            members = taken.stream().filter(ticket -> !ticket.left() && !ticket.late).toList();
        }
    }

    List<Ticket> members() {
        return members;
    }

    /** Nanoseconds that it took, with what was put together for it. */
    long nanos() {
        return nanos;
    }

    /** Runs the model and keeps what each member gets with its ticket. */
    void run(LongSupplier clock) {
        if (members.size() == 1) {
            alone(members.getFirst(), clock);
        } else if (!members.isEmpty()) {
            together(clock);
        }
    }

    private void together(LongSupplier clock) {
        Scratch scratch = turn.scratch();
        long begun = clock.getAsLong();
        Ticket first = members.getFirst();
        try {
            List<Map<String, Tensor>> inputs = new ArrayList<>(members.size());
            long rows = 0;
            for (Ticket ticket : members) {
                inputs.add(ticket.work.inputs());
                rows += ticket.rows;
            }
            Map<String, Tensor> joined = BatchPlan.joined(inputs, first.queue.padding(), scratch);
            long started = clock.getAsLong();
            Map<String, Tensor> outputs =
                    leader.model.run(joined, first.work.outputs(), cancellation, scratch);
            long ended = clock.getAsLong();
            nanos = ended - begun;
            if (!BatchPlan.hasRows(outputs, rows)) {
                first.queue.apart();
                throw new IllegalStateException("rows went into a run that did not come out");
            }
            long row = 0;
            for (Ticket ticket : members) {
                Map<String, Tensor> own = BatchPlan.part(outputs, row, ticket.rows);
                own.replaceAll((name, part) ->
                        first.queue.padding().cut(name, part, ticket.work.inputs()));
                ticket.answer =
                        new Answered(
                                own,
                                from - ticket.arrived,
                                started - from,
                                ended - started,
                                members.size(),
                                row == 0 ? rows : 0);
                row += ticket.rows;
            }
            first.queue.limit().ran(rows, nanos);
        } catch (RuntimeException e) {
            // One of them made the run fail: each is run by itself, so that only that one fails.
            for (Ticket ticket : members) {
                scratch.reset();
                alone(ticket, clock);
            }
            nanos = clock.getAsLong() - begun;
        }
    }

    private void alone(Ticket ticket, LongSupplier clock) {
        Scratch scratch = turn.scratch();
        BatchLimit limit = ticket.queue.limit();
        long begun = clock.getAsLong();
        try {
            if (cancellation.isCancelled() || ticket.isLate(begun)) {
                throw VitrineException.refusal(
                        InferenceError.RUN_CANCELLED, "nobody waited for the answer any more");
            }
            Map<String, Tensor> outputs =
                    leader.model.run(
                            ticket.work.inputs(), ticket.work.outputs(), cancellation, scratch);
            nanos = clock.getAsLong() - begun;
            ticket.answer =
                    new Answered(
                            BatchPlan.kept(outputs),
                            from - ticket.arrived,
                            begun - from,
                            nanos,
                            1,
                            ticket.rows);
            limit.ran(ticket.rows, nanos);
        } catch (RuntimeException e) {
            ticket.failure = e;
            nanos = clock.getAsLong() - begun;
            if (nanos > limit.nanos(ticket.rows) && cancellation.isCancelled()) {
                limit.ran(ticket.rows, nanos); // It would have taken longer still.
            }
        }
    }
}
