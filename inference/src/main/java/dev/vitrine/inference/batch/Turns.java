package dev.vitrine.inference.batch;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.platform.BackgroundThread;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may run a model now. There are as many turns as there are processors for models. A caller who
 * finds one free runs the model at once, in its own thread, without handing anything to anybody.
 * Otherwise its request waits in the queue of its version, and whoever ends a turn gives it on: to
 * the version that has had the least time of those that wait (the most important requests first),
 * and there to a batch of requests that go together. Of a batch, the caller who can wait longest
 * runs the model for all, so that nobody is held beyond its deadline by its own thread.
 *
 * <p>Time is shared as in start-time fair queueing (Goyal, Vin, Cheng 1996): a version is charged
 * what its turns take, and one that comes back after a pause begins where the others are.
 *
 * <p>A native run holds the carrier of a virtual thread. A caller on a virtual thread therefore
 * runs only what is likely to be short by itself; what is long, and what is not known yet, runs on
 * a thread kept for it, which the system can interrupt for others. That thread gives its turn on by
 * itself, and begins the next long run without waiting for anybody to wake. Before a short run, a
 * caller lets the other virtual threads go first once: what has come meanwhile is then read, waits
 * where it can be seen, refused or ordered by importance, and may share the run. Nobody waits for
 * time to pass.
 */
public final class Turns implements AutoCloseable {
    /** How late the watcher may find out that a deadline has passed. */
    private static final Duration TICK = Duration.ofMillis(2);

    /** Ticks without any work until the watcher sleeps. */
    private static final int QUIET = 500;

    /** Runs that are likely to take no longer are done on the carrier of who asks. */
    private static final long SHORT_NANOS = 1_000_000;

    /** Bytes of tensors that each turn keeps outside the heap. */
    private static final long SCRATCH = 8 << 20;

    private final Bounds bounds;
    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Turn> free = new ArrayDeque<>();
    private final List<SharedRun> running = new ArrayList<>();
    private final List<BatchQueue> busy = new ArrayList<>();
    private final Thread watcher;
    private final List<Turn> all = new ArrayList<>();
    private final Rests rests;
    private long waitingBytes;
    private int waiting;
    private long floor;
    private boolean asleep;
    private volatile boolean closed;

    /**
     * What is bounded.
     *
     * @param turns runs at once
     * @param waiting requests to one version that may wait
     * @param bytes of all requests that wait
     */
    public record Bounds(int turns, int waiting, long bytes) {
        public Bounds {
            if (turns < 1 || waiting < 0 || bytes < 0) {
                throw new IllegalArgumentException(turns + " turns, " + waiting + ", " + bytes);
            }
        }
    }

    /**
     * @param clock monotonic nanoseconds
     */
    public Turns(Bounds bounds, LongSupplier clock) {
        this.bounds = bounds;
        this.clock = clock;
        this.rests = new Rests(clock.getAsLong());
        ThreadFactory threads = Thread.ofPlatform().name("model-run-", 0).daemon().factory();
        for (int turn = 0; turn < bounds.turns(); turn++) {
            all.add(Turn.of(SCRATCH, threads));
        }
        free.addAll(all);
        this.watcher = Thread.ofPlatform().name("model-deadlines").daemon().start(this::watch);
    }

    /** As many turns as processors. */
    public static int fitting() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * Runs a request and waits for its answer, at most until its deadline.
     *
     * @throws VitrineException RUNNERS_BUSY when too many wait already; RUN_CANCELLED at the
     *     deadline, before it where the answer could not come in time, and when the caller went
     *     away; what the model throws
     * @throws TurnsTaken to a thread that {@link NeverWaits}, where there is no turn
     */
    public Answered run(BatchQueue queue, Model model, Work work) {
        Ticket ticket = new Ticket(queue, model, work, clock.getAsLong());
        boolean fresh = enter(ticket);
        work.cancellation().whenCancelled(() -> leave(ticket, gone()));
        boolean interrupted = false;
        try {
            while (true) {
                switch (ticket.state) {
                    case LEADS -> lead(ticket, fresh);
                    case DONE -> {
                        Answered answer = ticket.answer;
                        if (answer != null) {
                            return answer;
                        }
                        throw thrown(ticket.failure);
                    }
                    // The run may go on and write an answer, which its end takes away again.
                    case LEFT -> throw thrown(ticket.failure);
                    case WAITING, RIDES, CARRIED -> {
                        if (Thread.interrupted()) {
                            interrupted = true; // It would not park; what runs for it ends soon.
                            leave(ticket, gone());
                        } else {
                            LockSupport.park(this);
                        }
                    }
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static RuntimeException thrown(@Nullable RuntimeException failure) {
        return failure == null ? new IllegalStateException("a run had no outcome") : failure;
    }

    /** Whether the request has a turn at once, and others are at work. */
    private boolean enter(Ticket ticket) {
        @Nullable Ticket refused = null;
        lock.lock();
        try {
            if (closed) {
                throw VitrineException.refusal(
                        InferenceError.RUNNERS_BUSY, "the server is stopping; no runs begin");
            }
            if (asleep) {
                asleep = false;
                LockSupport.unpark(watcher);
            }
            BatchQueue queue = ticket.queue;
            if (queue.isEmpty()) {
                queue.charged = Math.max(queue.charged, floor);
            }
            if (!free.isEmpty()) {
                List<Ticket> batch = new ArrayList<>();
                batch.add(ticket);
                begin(batch, ticket, false, ticket.arrived);
                // With nobody else about, letting others go first would only wake a thread for it.
                return running.size() > 1;
            }
            if (ticket.thread instanceof NeverWaits) {
                throw TurnsTaken.NOW;
            }
            if (queue.size() >= bounds.waiting() || waitingBytes + ticket.bytes > bounds.bytes()) {
                refused = lessImportant(queue, ticket);
                remove(refused);
                refused.failure = busy();
                refused.state = Ticket.State.LEFT;
            }
            if (queue.isEmpty()) {
                busy.add(queue);
            }
            queue.add(ticket);
            waiting++;
            waitingBytes += ticket.bytes;
        } finally {
            lock.unlock();
        }
        if (refused != null) {
            LockSupport.unpark(refused.thread);
        }
        return false;
    }

    /** Which has to go so that another may wait; thrown out is the other itself where none has. */
    private Ticket lessImportant(BatchQueue queue, Ticket ticket) {
        Ticket last = queue.last();
        if (last == null
                || last.work.priority() <= ticket.work.priority()
                || waitingBytes - last.bytes + ticket.bytes > bounds.bytes()) {
            throw busy();
        }
        return last;
    }

    private static VitrineException busy() {
        return VitrineException.refusal(
                InferenceError.RUNNERS_BUSY,
                "too many runs wait for a processor already; try again soon");
    }

    private static VitrineException gone() {
        return VitrineException.refusal(InferenceError.RUN_CANCELLED, "the caller went away");
    }

    private static VitrineException late(Ticket ticket) {
        return VitrineException.refusal(
                InferenceError.RUN_CANCELLED,
                "the model did not answer within " + ticket.work.timeout().toMillis() + " ms");
    }

    /**
     * Gives a turn to a batch; under the lock.
     *
     * @param waited whether its leader sleeps, and need not be woken for a run that another does
     */
    private SharedRun begin(List<Ticket> batch, Ticket leader, boolean waited, long now) {
        long rows = 0;
        for (Ticket ticket : batch) {
            rows += ticket.rows;
        }
        long charge = leader.queue.limit().nanos(rows);
        floor = Math.max(floor, leader.queue.charged);
        leader.queue.charged += charge;
        boolean carried = waited && isCarried(leader, rows);
        SharedRun run = new SharedRun(batch, leader, carried, free.pop(), now, charge);
        running.add(run);
        for (Ticket ticket : batch) {
            ticket.run = run;
            if (!isSame(ticket, leader)) {
                ticket.state = Ticket.State.RIDES;
            }
        }
        // Once it is seen, the leader acts on it at once: it is written last, and not again.
        leader.state = carried ? Ticket.State.CARRIED : Ticket.State.LEADS;
        return run;
    }

    /** Whether the thread of the turn does a run. */
    private static boolean isCarried(Ticket leader, long rows) {
        if (!leader.thread.isVirtual()) {
            return false;
        }
        long likely = leader.queue.limit().steadyNanos(rows);
        return likely <= 0 || likely > SHORT_NANOS;
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(Ticket left, Ticket right) {
        return left == right;
    }

    /**
     * @param fresh whether it has had its turn since it came, without waiting, beside others
     */
    private void lead(Ticket leader, boolean fresh) {
        SharedRun run = leader.run;
        if (run == null) {
            throw new IllegalStateException("a turn without a run");
        }
        boolean yields = fresh && leader.thread.isVirtual();
        if (yields) {
            Thread.yield();
        }
        boolean carried;
        lock.lock();
        try {
            if (yields && !leader.late && !leader.queue.isEmpty()) {
                join(leader, run);
            }
            run.begin();
            carried = isCarried(leader, run.rows());
            if (carried) {
                leader.state = Ticket.State.CARRIED;
            }
        } finally {
            lock.unlock();
        }
        if (carried) {
            carry(run);
        } else {
            runAndGiveOn(run, false);
        }
    }

    /** Has a run run by the thread of its turn. */
    private void carry(SharedRun run) {
        try {
            run.turn.thread().execute(() -> runAndGiveOn(run, true));
        } catch (RejectedExecutionException stopping) {
            runAndGiveOn(run, false);
        }
    }

    /**
     * @param carried whether this is the thread of the turn, which nobody waits for when it rests
     */
    private void runAndGiveOn(SharedRun run, boolean carried) {
        try {
            run.run(clock);
        } finally {
            long rest;
            @Nullable SharedRun next = null;
            lock.lock();
            try {
                end(run);
                boolean starves = carried && waiting > 0 && BackgroundThread.isWaitedFor();
                rest = starves ? rests.owed(clock.getAsLong()) : 0;
                if (rest == 0) {
                    next = giveOn(run);
                }
            } finally {
                lock.unlock();
            }
            begin(next);
            wake(run);
            if (rest > 0) {
                LockSupport.parkNanos(this, rest);
                lock.lock();
                try {
                    next = giveOn(run);
                } finally {
                    lock.unlock();
                }
                begin(next);
            }
        }
    }

    private void begin(@Nullable SharedRun next) {
        if (next == null) {
            return;
        }
        if (next.carried) {
            carry(next);
        } else {
            LockSupport.unpark(next.leader.thread);
        }
    }

    private static void wake(SharedRun run) {
        for (Ticket ticket : run.taken) {
            if (!ticket.thread.equals(Thread.currentThread())) {
                LockSupport.unpark(ticket.thread);
            }
        }
    }

    /** Takes into a run what has come since; under the lock. */
    private void join(Ticket leader, SharedRun run) {
        BatchQueue queue = leader.queue;
        long now = clock.getAsLong();
        List<Ticket> joining = queue.join(leader, now);
        if (joining.isEmpty()) {
            return;
        }
        taken(queue, joining);
        for (Ticket ticket : joining) {
            ticket.run = run;
            ticket.state = Ticket.State.RIDES;
        }
        run.join(joining);
        run.from = now;
        long charge = queue.limit().nanos(run.rows());
        queue.charged += charge - run.charged;
        run.charged = charge;
    }

    /** Counts off what was taken out of a queue; under the lock. */
    private void taken(BatchQueue queue, List<Ticket> batch) {
        if (queue.isEmpty()) {
            busy.remove(queue);
        }
        waiting -= batch.size();
        for (Ticket ticket : batch) {
            waitingBytes -= ticket.bytes;
        }
    }

    /** Settles what came of a run; under the lock. */
    private void end(SharedRun run) {
        run.leader.queue.charged += run.nanos() - run.charged;
        for (Ticket ticket : run.taken) {
            if (ticket.late) {
                ticket.answer = null;
                ticket.state = Ticket.State.LEFT;
            } else if (!ticket.left()) {
                if (ticket.answer == null && ticket.failure == null) {
                    ticket.failure = new IllegalStateException("a run broke off");
                }
                ticket.state = Ticket.State.DONE;
            } else {
                ticket.answer = null;
            }
        }
    }

    /** Gives the turn of a run that has ended to those who wait; under the lock. */
    private @Nullable SharedRun giveOn(SharedRun run) {
        running.remove(run);
        run.turn.scratch().reset();
        free.push(run.turn);

        while (!busy.isEmpty()) {
            BatchQueue queue = least();
            long now = clock.getAsLong();
            List<Ticket> batch = queue.take(now, this::dropped);
            taken(queue, batch);
            if (batch.isEmpty()) {
                continue;
            }
            Ticket leader = batch.getFirst();
            for (Ticket ticket : batch) {
                if (ticket.deadline - leader.deadline > 0) {
                    leader = ticket;
                }
            }
            return begin(batch, leader, true, now);
        }
        return null;
    }

    private void dropped(Ticket ticket) {
        waiting--;
        waitingBytes -= ticket.bytes;
        ticket.failure =
                VitrineException.refusal(
                        InferenceError.RUN_CANCELLED,
                        "the model cannot answer within "
                                + ticket.work.timeout().toMillis()
                                + " ms any more");
        ticket.state = Ticket.State.LEFT;
        LockSupport.unpark(ticket.thread);
    }

    private BatchQueue least() {
        BatchQueue least = busy.getFirst();
        for (BatchQueue queue : busy) {
            int important = Integer.compare(queue.priority(), least.priority());
            if (important < 0 || important == 0 && queue.charged < least.charged) {
                least = queue;
            }
        }
        return least;
    }

    /** Under the lock. */
    private void remove(Ticket ticket) {
        ticket.queue.remove(ticket);
        waiting--;
        waitingBytes -= ticket.bytes;
        if (ticket.queue.isEmpty()) {
            busy.remove(ticket.queue);
        }
    }

    private void leave(Ticket ticket, VitrineException reason) {
        lock.lock();
        try {
            left(ticket, reason);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void left(Ticket ticket, VitrineException reason) {
        SharedRun run = ticket.run;
        switch (ticket.state) {
            case WAITING -> {
                remove(ticket);
                ticket.failure = reason;
                ticket.state = Ticket.State.LEFT;
            }
            case RIDES -> {
                ticket.failure = reason;
                ticket.state = Ticket.State.LEFT;
                if (run != null) {
                    run.left();
                }
            }
            case LEADS, CARRIED -> {
                if (!ticket.late && run != null) {
                    ticket.late = true;
                    ticket.failure = reason;
                    run.left();
                }
            }
            case DONE, LEFT -> {
                return;
            }
        }
        LockSupport.unpark(ticket.thread);
    }

    private void watch() {
        int quiet = 0;
        while (!closed) {
            if (quiet >= QUIET) {
                LockSupport.park(this);
                quiet = 0;
            }
            try {
                Thread.sleep(TICK);
            } catch (InterruptedException e) {
                return;
            }
            lock.lock();
            try {
                quiet = running.isEmpty() && waiting == 0 ? quiet + 1 : 0;
                asleep = quiet >= QUIET;
                sendAwayLate();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Under the lock. */
    private void sendAwayLate() {
        long now = clock.getAsLong();
        List<Ticket> late = new ArrayList<>();
        for (BatchQueue queue : busy) {
            queue.each(ticket -> add(late, ticket, now));
        }
        for (SharedRun run : running) {
            run.taken.forEach(ticket -> add(late, ticket, now));
        }
        late.forEach(ticket -> left(ticket, late(ticket)));
    }

    private static void add(List<Ticket> late, Ticket ticket, long now) {
        if (ticket.isLate(now) && !ticket.late && !ticket.left()) {
            late.add(ticket);
        }
    }

    /** Requests that wait. */
    public int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of the requests that wait. */
    public long waitingBytes() {
        lock.lock();
        try {
            return waitingBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Turns that are taken. */
    public int running() {
        lock.lock();
        try {
            return running.size();
        } finally {
            lock.unlock();
        }
    }

    /** Begins nothing any more and sends away who waits; runs under way end by themselves. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            List<Ticket> waiters = new ArrayList<>();
            busy.forEach(queue -> queue.each(waiters::add));
            waiters.forEach(ticket -> left(ticket, busy()));
        } finally {
            lock.unlock();
        }
        watcher.interrupt();
        all.forEach(turn -> turn.thread().shutdown());
    }
}
