package dev.vitrine.server.pipeline;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Trains the next release beside serving: when asked, by schedule, or after enough new events, one
 * at a time. What a training made is handed on; one that failed is told and tried again at the next
 * due time.
 */
public final class TrainingRunner implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TrainingRunner.class.getName());
    private static final String SCHEDULE = "schedule";
    private static final String FIRST = "first start";
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

    private final TrainingProcess process;
    private final TrainingSchedule schedule;
    private final LongSupplier events;
    private final Consumer<String> released;
    private final InstantSource clock;
    private final TrackedProgress progress;
    private final BlockingQueue<String> asked = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile boolean closed;
    private volatile Status status;

    /** Where training stands, beside the progress of its steps. */
    public enum State {
        IDLE,
        RUNNING,
        DONE,
        FAILED
    }

    /**
     * @param startedAt epoch milliseconds; 0 before the first
     * @param finishedAt epoch milliseconds; 0 before the first has ended
     * @param events end of the log when the last one started
     * @param message the release that was made, or why there is none
     */
    public record Status(
            State state, long startedAt, long finishedAt, long events, String message) {}

    /**
     * @param events the end of the event log
     * @param released is handed the id of each new release, in the thread of this runner
     * @param lastAt when the newest release was made, epoch milliseconds; 0 when there is none
     * @param lastEvents the log offset it was made from
     */
    public TrainingRunner(
            TrainingProcess process,
            TrainingSchedule schedule,
            LongSupplier events,
            Consumer<String> released,
            InstantSource clock,
            Progress shown,
            long lastAt,
            long lastEvents) {
        this.process = process;
        this.schedule = schedule;
        this.events = events;
        this.released = released;
        this.clock = clock;
        this.progress = new TrackedProgress(shown, clock);
        this.status = new Status(State.IDLE, lastAt, lastAt, lastEvents, "");
        this.thread = Thread.ofPlatform().name("training-runner").daemon().unstarted(this::loop);
    }

    /** Begins to look at the schedule. */
    public void start() {
        thread.start();
    }

    /**
     * Asks for a training now; nothing changes when one runs or is already asked for.
     *
     * @param who asks
     */
    public void ask(String who) {
        asked.offer(who);
    }

    /** Trains in the calling thread and hands the release on; for the first one. */
    public void runNow() {
        train(FIRST);
        if (status.state() == State.FAILED) {
            throw new VitrineException(
                    dev.vitrine.server.ServerError.TRAINING_FAILED, status.message());
        }
    }

    public Status status() {
        return status;
    }

    public TrackedProgress.Look look() {
        return progress.look();
    }

    /** When the next one is due by time, epoch milliseconds. */
    public long nextAt() {
        return status.finishedAt() + schedule.every().toMillis();
    }

    /** Events since the data of the newest release. */
    public long newEvents() {
        return Math.max(0, events.getAsLong() - status.events());
    }

    private void loop() {
        while (!closed) {
            try {
                String who = asked.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                Duration since = Duration.ofMillis(clock.millis() - status.finishedAt());
                if (!closed && (who != null || schedule.due(since, newEvents()))) {
                    train(who == null ? SCHEDULE : who);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void train(String who) {
        long startedAt = clock.millis();
        long until = events.getAsLong();
        progress.clear();
        status = new Status(State.RUNNING, startedAt, status.finishedAt(), status.events(), "");
        try {
            String release = process.run(who, progress);
            released.accept(release);
            status = new Status(State.DONE, startedAt, clock.millis(), until, release);
            LOG.log(
                    System.Logger.Level.INFO,
                    "trained release={0} seconds={1}",
                    release,
                    (clock.millis() - startedAt) / 1000);
        } catch (VitrineException e) {
            failed(startedAt, e.getMessage());
        } catch (RuntimeException e) {
            failed(startedAt, e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            failed(startedAt, "interrupted");
        }
    }

    private void failed(long startedAt, String message) {
        long before = status.events();
        status = new Status(State.FAILED, startedAt, clock.millis(), before, message);
        if (!closed) {
            LOG.log(System.Logger.Level.WARNING, "training failed: {0}", message);
        }
    }

    @Override
    public void close() {
        closed = true;
        process.stop();
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
