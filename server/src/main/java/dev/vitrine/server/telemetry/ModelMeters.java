package dev.vitrine.server.telemetry;

import dev.vitrine.inference.batch.Answered;
import io.micrometer.core.instrument.DistributionSummary;
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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;

/**
 * What runs of models cost, by model, version and phase: waiting for a turn, coming together for
 * the run, running, and all of it; and how many requests and rows runs had. Histograms have fixed
 * bounds, so that those of several nodes can be added up and give true percentiles. The sums stand
 * a second time under the names that Triton's dashboards know.
 */
public final class ModelMeters {
    private static final Duration[] BOUNDS = bounds();

    /** Powers of two, to far beyond what shares a run: one request may have more rows. */
    private static final double[] SIZES =
            IntStream.range(0, 17).mapToDouble(power -> 1 << power).toArray();

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
        final LongAdder batchNanos = new LongAdder();
        final LongAdder nanos = new LongAdder();
    }

    private static final class Version {
        final List<Meter> meters = new ArrayList<>();
        final Timer queue;
        final Timer batch;
        final Timer run;
        final Timer total;
        final DistributionSummary runRequests;
        final DistributionSummary runRows;
        final LongAdder failed = new LongAdder();
        final LongAdder queueNanos = new LongAdder();
        final Map<Integer, Shared> batches = new ConcurrentHashMap<>();
        volatile long lastMillis;

        Version(MeterRegistry registry, Key key) {
            Tags tags = Tags.of("model", key.model(), "version", Long.toString(key.version()));
            queue = timer(registry, tags.and("phase", "queue"));
            batch = timer(registry, tags.and("phase", "batch"));
            run = timer(registry, tags.and("phase", "run"));
            total = timer(registry, tags.and("phase", "total"));
            runRequests = sizes(registry, tags, "requests", "Requests that shared a run");
            runRows = sizes(registry, tags, "rows", "Rows of a run");
            count(registry, tags, "request_success", v -> v.counts().succeeded());
            count(registry, tags, "request_failure", v -> v.failed.sum());
            count(registry, tags, "count", v -> v.counts().succeeded());
            count(registry, tags, "exec_count", v -> v.counts().runs());
            micros(registry, tags, "request", RunCounts::totalNanos);
            micros(registry, tags, "queue", RunCounts::queueNanos);
            micros(registry, tags, "compute_input", RunCounts::batchNanos);
            micros(registry, tags, "compute_infer", RunCounts::runNanos);
        }

        RunCounts counts() {
            long succeeded = 0;
            long batchNanos = 0;
            long runNanos = 0;
            List<RunCounts.Batch> sizes = new ArrayList<>();
            for (Map.Entry<Integer, Shared> each : new TreeMap<>(batches).entrySet()) {
                int sharing = each.getKey();
                long requests = each.getValue().requests.sum();
                long before = each.getValue().batchNanos.sum();
                long nanos = each.getValue().nanos.sum();
                succeeded += requests;
                batchNanos += before;
                runNanos += nanos;
                sizes.add(
                        new RunCounts.Batch(
                                sharing,
                                runs(requests, sharing),
                                before / sharing,
                                nanos / sharing));
            }
            return new RunCounts(
                    succeeded,
                    queueNanos.sum(),
                    batchNanos,
                    runNanos,
                    failed.sum(),
                    lastMillis,
                    sizes);
        }

        /** Not all requests of a run are counted while it is answered, or where some have left. */
        private static long runs(long requests, int shared) {
            return (requests + shared - 1) / shared;
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

        private DistributionSummary sizes(
                MeterRegistry registry, Tags tags, String what, String description) {
            DistributionSummary sizes =
                    DistributionSummary.builder("vitrine.model.run." + what)
                            .description(description)
                            .tags(tags)
                            .serviceLevelObjectives(SIZES)
                            .register(registry);
            meters.add(sizes);
            return sizes;
        }

        private void count(
                MeterRegistry registry, Tags tags, String name, ToDoubleFunction<Version> value) {
            meters.add(
                    Gauge.builder("nv.inference." + name, this, value)
                            .description("As Triton counts it")
                            .tags(tags)
                            .strongReference(true)
                            .register(registry));
        }

        private void micros(
                MeterRegistry registry, Tags tags, String name, ToLongFunction<RunCounts> nanos) {
            count(
                    registry,
                    tags,
                    name + "_duration_us",
                    v -> (double) (nanos.applyAsLong(v.counts()) / 1_000));
        }
    }

    private Version of(String model, long version) {
        Key key = new Key(model, version);
        Version known = versions.get(key);
        return known != null ? known : versions.computeIfAbsent(key, k -> new Version(registry, k));
    }

    /** A request that was answered. */
    public void succeeded(String model, long version, Answered answered) {
        Version counted = of(model, version);
        counted.queue.record(answered.queueNanos(), TimeUnit.NANOSECONDS);
        counted.batch.record(answered.batchNanos(), TimeUnit.NANOSECONDS);
        counted.run.record(answered.runNanos(), TimeUnit.NANOSECONDS);
        counted.total.record(answered.totalNanos(), TimeUnit.NANOSECONDS);
        counted.queueNanos.add(answered.queueNanos());
        int requests = answered.requests();
        Shared shared = counted.batches.get(requests);
        if (shared == null) {
            shared = counted.batches.computeIfAbsent(requests, size -> new Shared());
        }
        shared.requests.increment();
        shared.batchNanos.add(answered.batchNanos());
        shared.nanos.add(answered.runNanos());
        if (answered.runRows() > 0) {
            counted.runRequests.record(requests);
            counted.runRows.record(answered.runRows());
        }
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
        return counted.counts();
    }

    /** Takes away the series of a version that is gone. */
    public void forget(String model, long version) {
        Version gone = versions.remove(new Key(model, version));
        if (gone != null) {
            gone.meters.forEach(registry::remove);
        }
    }
}
