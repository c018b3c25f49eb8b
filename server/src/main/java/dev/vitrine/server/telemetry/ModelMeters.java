package dev.vitrine.server.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;

/**
 * What runs of models cost, by model, version and phase: waiting for a thread, running, and both
 * together. Histograms have fixed bounds, so that those of several nodes can be added up and give
 * true percentiles. The sums stand a second time under the names that Triton's dashboards know.
 */
public final class ModelMeters {
    private static final Duration[] BOUNDS = bounds();

    private final MeterRegistry registry;
    private final InstantSource clock;
    private final Map<Key, Version> versions = new ConcurrentHashMap<>();

    private final GuardMeters guards;

    private record Key(String model, long version) {}

    public ModelMeters(MeterRegistry registry) {
        this(registry, InstantSource.system());
    }

    ModelMeters(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
        this.guards = new GuardMeters(registry);
    }

    /** What is let in and kept, beside what runs cost. */
    public GuardMeters guards() {
        return guards;
    }

    /**
     * 25 us to 26 s, one and a half and twice each power: a percentile that is read as the upper
     * bound of its bucket is at most a half too high, also over the sum of several nodes.
     */
    private static Duration[] bounds() {
        Duration[] bounds = new Duration[41];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Duration.ofNanos((i % 2 == 0 ? 25_000L : 37_500L) << i / 2);
        }
        return bounds;
    }

    /** Requests whose runs were shared by the same number of them. */
    private static final class Shared {
        final LongAdder requests = new LongAdder();
        final LongAdder nanos = new LongAdder();
    }

    private static final class Version {
        final List<Meter> meters = new ArrayList<>();
        final Timer queue;
        final Timer run;
        final Timer total;
        final LongAdder succeeded = new LongAdder();
        final LongAdder failed = new LongAdder();
        final LongAdder queueNanos = new LongAdder();
        final LongAdder runNanos = new LongAdder();
        final LongAdder totalNanos = new LongAdder();
        final Map<Integer, Shared> batches = new ConcurrentHashMap<>();
        volatile long lastMillis;

        Version(MeterRegistry registry, Key key) {
            Tags tags = Tags.of("model", key.model(), "version", Long.toString(key.version()));
            queue = timer(registry, tags.and("phase", "queue"));
            run = timer(registry, tags.and("phase", "run"));
            total = timer(registry, tags.and("phase", "total"));
            count(registry, tags, "request_success", succeeded, 1);
            count(registry, tags, "request_failure", failed, 1);
            count(registry, tags, "count", succeeded, 1);
            gauge(
                    registry,
                    tags,
                    "exec_count",
                    v ->
                            v.batches.entrySet().stream()
                                    .mapToLong(e -> runs(e.getValue().requests.sum(), e.getKey()))
                                    .sum());
            count(registry, tags, "request_duration_us", totalNanos, 1_000);
            count(registry, tags, "queue_duration_us", queueNanos, 1_000);
            count(registry, tags, "compute_infer_duration_us", runNanos, 1_000);
        }

        private Timer timer(MeterRegistry registry, Tags tags) {
            Timer timer =
                    Timer.builder("vitrine.model.duration")
                            .description("Runs of a model that succeeded, by phase")
                            .tags(tags)
                            .serviceLevelObjectives(BOUNDS)
                            .register(registry);
            meters.add(timer);
            return timer;
        }

        private void gauge(
                MeterRegistry registry, Tags tags, String name, ToDoubleFunction<Version> value) {
            meters.add(
                    Gauge.builder("nv.inference." + name, this, value)
                            .description("As Triton counts it")
                            .tags(tags)
                            .strongReference(true)
                            .register(registry));
        }

        private void count(
                MeterRegistry registry, Tags tags, String name, LongAdder sum, long divisor) {
            meters.add(
                    Gauge.builder("nv.inference." + name, sum, s -> (double) (s.sum() / divisor))
                            .description("As Triton counts it")
                            .tags(tags)
                            .strongReference(true)
                            .register(registry));
        }
    }

    private Version of(String model, long version) {
        Key key = new Key(model, version);
        Version known = versions.get(key);
        return known != null ? known : versions.computeIfAbsent(key, k -> new Version(registry, k));
    }

    /** A run that succeeded, of one request. */
    public void succeeded(String model, long version, long queueNanos, long runNanos) {
        succeeded(model, version, queueNanos, runNanos, 1);
    }

    /**
     * A request that was answered.
     *
     * @param requests that shared its run
     */
    public void succeeded(
            String model, long version, long queueNanos, long runNanos, int requests) {
        Version counted = of(model, version);
        counted.queue.record(queueNanos, TimeUnit.NANOSECONDS);
        counted.run.record(runNanos, TimeUnit.NANOSECONDS);
        counted.total.record(queueNanos + runNanos, TimeUnit.NANOSECONDS);
        counted.succeeded.increment();
        counted.queueNanos.add(queueNanos);
        counted.runNanos.add(runNanos);
        counted.totalNanos.add(queueNanos + runNanos);
        Shared shared = counted.batches.get(requests);
        if (shared == null) {
            shared = counted.batches.computeIfAbsent(requests, size -> new Shared());
        }
        shared.requests.increment();
        shared.nanos.add(runNanos);
        counted.lastMillis = clock.millis();
    }

    /** A run that was refused, failed or came too late. */
    public void failed(String model, long version) {
        of(model, version).failed.increment();
    }

    /** What the requests to a version have cost so far. */
    public RunCounts counts(String model, long version) {
        Version counted = versions.get(new Key(model, version));
        if (counted == null) {
            return RunCounts.NONE;
        }
        return new RunCounts(
                counted.succeeded.sum(),
                counted.queueNanos.sum(),
                counted.runNanos.sum(),
                counted.failed.sum(),
                counted.lastMillis,
                counted.batches.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(e ->
                                new RunCounts.Batch(
                                        e.getKey(),
                                        runs(e.getValue().requests.sum(), e.getKey()),
                                        e.getValue().nanos.sum() / e.getKey()))
                        .toList());
    }

    /** Of a run that is being answered some requests are counted and others not yet. */
    private static long runs(long requests, int shared) {
        return (requests + shared - 1) / shared;
    }

    /** Takes away the series of a version that is gone. */
    public void forget(String model, long version) {
        Version gone = versions.remove(new Key(model, version));
        if (gone != null) {
            gone.meters.forEach(registry::remove);
        }
    }
}
