package dev.vitrine.server.wiring;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.http.JobView;
import dev.vitrine.server.http.JobsPort;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Runs work in the background, one after the other, and remembers the last jobs. */
public final class Jobs implements JobsPort, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Jobs.class.getName());
    private static final int KEPT = 200;

    private final InstantSource clock;
    private final Map<String, JobView> jobs = new LinkedHashMap<>();
    private final ExecutorService worker =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("jobs").factory());
    private long next = 1;

    public Jobs(InstantSource clock) {
        this.clock = clock;
    }

    /** Starts work; its result is what the job shows when it is done. */
    public synchronized JobView start(String kind, Callable<Map<String, Object>> work) {
        String id = kind + "-" + Long.toString(clock.millis(), 36) + "-" + next++;
        JobView queued = new JobView(id, kind, "queued", 0, 0, "", Map.of());
        put(queued);
        worker.execute(() -> run(queued, work));
        return queued;
    }

    private void run(JobView job, Callable<Map<String, Object>> work) {
        long startedAt = clock.millis();
        put(new JobView(job.id(), job.kind(), "running", startedAt, 0, "", Map.of()));
        try {
            Map<String, Object> result = work.call();
            put(
                    new JobView(
                            job.id(),
                            job.kind(),
                            "done",
                            startedAt,
                            clock.millis(),
                            "done",
                            result));
        } catch (Exception e) {
            String message = e instanceof VitrineException known ? known.getMessage() : "failed";
            LOG.log(System.Logger.Level.WARNING, "job " + job.id() + " failed", e);
            put(
                    new JobView(
                            job.id(),
                            job.kind(),
                            "failed",
                            startedAt,
                            clock.millis(),
                            message,
                            Map.of()));
        }
    }

    private synchronized void put(JobView job) {
        jobs.put(job.id(), job);
        while (jobs.size() > KEPT) {
            jobs.remove(jobs.keySet().iterator().next());
        }
    }

    @Override
    public synchronized Optional<JobView> job(String id) {
        return Optional.ofNullable(jobs.get(id));
    }

    @Override
    public synchronized List<JobView> jobs() {
        return new ArrayList<>(jobs.values()).reversed();
    }

    @Override
    public void close() {
        worker.shutdownNow();
    }
}
