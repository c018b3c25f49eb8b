package dev.vitrine.inference.batch;

import dev.vitrine.inference.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/** A request from its arrival to its answer; changed only under the lock of {@link Turns}. */
final class Ticket {
    /** Where it is. */
    enum State {
        /** In the queue of its version. */
        WAITING,
        /** Its thread has a turn and runs the model, for others with it. */
        LEADS,
        /** It has a turn, and a thread kept for long runs runs the model, for others with it. */
        CARRIED,
        /** The model is run for it with another. */
        RIDES,
        /** It has its answer, or the failure of its run. */
        DONE,
        /** It is not waited for any more; its failure says why. */
        LEFT
    }

    final BatchQueue queue;
    final Model model;
    final Work work;
    final long rows;
    final long bytes;
    final long arrived;
    final long deadline;
    final Thread thread = Thread.currentThread();

    /** Read by its own thread without the lock. */
    volatile State state = State.WAITING;

    /** Set where it has a turn and cannot go before its end: nobody waits for its answer. */
    boolean late;

    @Nullable SharedRun run;
    @Nullable Answered answer;
    @Nullable RuntimeException failure;

    Ticket(BatchQueue queue, Model model, Work work, long now) {
        this.queue = queue;
        this.model = model;
        this.work = work;
        this.rows = queue.rows(work.inputs());
        this.bytes = bytes(work);
        this.arrived = now;
        this.deadline = now + work.timeout().toNanos();
    }

    private static long bytes(Work work) {
        long bytes = 0;
        for (Tensor tensor : work.inputs().values()) {
            bytes += tensor.bytes();
        }
        return bytes;
    }

    boolean isLate(long now) {
        return now - deadline >= 0;
    }

    boolean left() {
        return state == State.LEFT;
    }
}
