package dev.vitrine.data.event;

import dev.vitrine.data.DataError;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets many threads append at once at the cost of one force: while the committing thread forces a
 * group, appends gather; then all that wait become the next group. The queue is bounded in bytes; a
 * producer waits for room up to a deadline.
 */
final class GroupCommit implements AutoCloseable {
    private record Waiting(EncodedEvents events, CompletableFuture<Long> durable) {}

    private final LogWriter writer;
    private final EventLogSettings settings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    private final Condition work = lock.newCondition();
    private final ArrayDeque<Waiting> queue = new ArrayDeque<>();
    private long queuedBytes;
    private boolean closed;
    private final Thread committer;

    GroupCommit(LogWriter writer, EventLogSettings settings, ThreadFactory threads) {
        this.writer = writer;
        this.settings = settings;
        this.committer = threads.newThread(this::run);
        committer.start();
    }

    /** Puts events into the queue, in order; they are durable once the result was awaited. */
    Pending submit(EncodedEvents events) {
        if (events.size() > settings.groupSize().bytes()) {
            throw new VitrineException(
                    DataError.EVENT_INVALID,
                    events.count()
                            + " events take "
                            + events.size()
                            + " bytes; at most "
                            + settings.groupSize()
                            + " can be appended at once: send fewer");
        }
        Waiting waiting = new Waiting(events, new CompletableFuture<>());
        enqueue(waiting);
        return new Pending(waiting.durable);
    }

    /** An append that is on its way. */
    record Pending(CompletableFuture<Long> durable) {
        /** Waits until the events are durable; gives the offset of the first. */
        long await() {
            try {
                // Not interruptible: whoever is told of an error could not know whether it was
                // kept.
                return durable.join();
            } catch (CompletionException e) {
                if (e.getCause() instanceof VitrineException cause) {
                    throw new VitrineException(
                            cause.code(), String.valueOf(cause.getMessage()), cause);
                }
                throw e;
            }
        }
    }

    private void enqueue(Waiting waiting) {
        long nanos = settings.appendDeadline().toNanos();
        int size = waiting.events.size();
        lock.lock();
        try {
            while (!closed && queuedBytes + size > settings.queueSize().bytes()) {
                if (nanos <= 0) {
                    throw new VitrineException(
                            DataError.STORE_BUSY,
                            "the event log has "
                                    + queuedBytes
                                    + " bytes waiting to be written, of at most "
                                    + settings.queueSize()
                                    + ", and made no room within "
                                    + settings.appendDeadline()
                                    + "; try again later");
                }
                nanos = room.awaitNanos(nanos);
            }
            if (closed) {
                throw new VitrineException(
                        DataError.STORE_FAILED, "the event log was closed; nothing was appended");
            }
            queue.add(waiting);
            queuedBytes += size;
            work.signal();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VitrineException(
                    DataError.STORE_BUSY,
                    "interrupted while waiting for room in the event log; nothing was appended",
                    e);
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        List<Waiting> group = new ArrayList<>();
        while (take(group)) {
            commit(group);
            group.clear();
        }
    }

    private boolean take(List<Waiting> group) {
        lock.lock();
        try {
            while (queue.isEmpty()) {
                if (closed) {
                    return false;
                }
                work.awaitUninterruptibly();
            }
            long bytes = 0;
            while (!queue.isEmpty()
                    && (group.isEmpty()
                            || bytes + queue.peek().events.size()
                                    <= settings.groupSize().bytes())) {
                Waiting next = queue.remove();
                bytes += next.events.size();
                group.add(next);
            }
            queuedBytes -= bytes;
            room.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void commit(List<Waiting> group) {
        List<EncodedEvents> events = new ArrayList<>(group.size());
        for (Waiting each : group) {
            events.add(each.events);
        }
        try {
            long offset = writer.commit(events);
            for (Waiting each : group) {
                each.durable.complete(offset);
                offset += each.events.count();
            }
        } catch (IOException e) {
            fail(group, failure("append to", e));
        } catch (RuntimeException | Error e) {
            fail(
                    group,
                    new VitrineException(
                            DataError.STORE_FAILED, "the event log could not append: " + e, e));
        }
    }

    private static void fail(List<Waiting> group, VitrineException error) {
        for (Waiting each : group) {
            each.durable.completeExceptionally(error);
        }
    }

    /** An input or output error as one of ours; a full disk is told by its message alone. */
    static VitrineException failure(String verb, IOException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        boolean full =
                message.contains("no space left")
                        || message.contains("quota exceeded")
                        || message.contains("not enough space");
        return new VitrineException(
                full ? DataError.STORE_FULL : DataError.STORE_FAILED,
                "could not "
                        + verb
                        + " the event log"
                        + (full ? ", the disk is full: " : ": ")
                        + e.getMessage(),
                e);
    }

    /** Writes what waits, then ends the committing thread. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (committer.isAlive()) {
            try {
                committer.join(TimeUnit.SECONDS.toMillis(1));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
