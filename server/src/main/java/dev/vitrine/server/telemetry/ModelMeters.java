package dev.vitrine.server.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * What runs of models cost, by model, version and phase: waiting for a thread, running, and both
 * together. Histograms have fixed bounds, so that those of several nodes can be added up and give
 * true percentiles. The sums stand a second time under the names that Triton's dashboards know.
 */
public final class ModelMeters {
    private static final Duration[] BOUNDS = bounds();

    private final MeterRegistry registry;
    private final Map<Key, Version> versions = new ConcurrentHashMap<>();

    private record Key(String model, long version) {}

    public ModelMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    /** 25 us to 26 s, each bound the double of the one before. */
    private static Duration[] bounds() {
        Duration[] bounds = new Duration[21];
        for (int i = 0; i < bounds.length; i++) {
            bounds[i] = Duration.ofNanos(25_000L << i);
        }
        return bounds;
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

        Version(MeterRegistry registry, Key key) {
            Tags tags = Tags.of("model", key.model(), "version", Long.toString(key.version()));
            queue = timer(registry, tags.and("phase", "queue"));
            run = timer(registry, tags.and("phase", "run"));
            total = timer(registry, tags.and("phase", "total"));
            count(registry, tags, "request_success", succeeded, 1);
            count(registry, tags, "request_failure", failed, 1);
            count(registry, tags, "count", succeeded, 1);
            count(registry, tags, "exec_count", succeeded, 1);
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

    /** A run that succeeded. */
    public void succeeded(String model, long version, long queueNanos, long runNanos) {
        Version counted = of(model, version);
        counted.queue.record(queueNanos, TimeUnit.NANOSECONDS);
        counted.run.record(runNanos, TimeUnit.NANOSECONDS);
        counted.total.record(queueNanos + runNanos, TimeUnit.NANOSECONDS);
        counted.succeeded.increment();
        counted.queueNanos.add(queueNanos);
        counted.runNanos.add(runNanos);
        counted.totalNanos.add(queueNanos + runNanos);
    }

    /** A run that was refused, failed or came too late. */
    public void failed(String model, long version) {
        of(model, version).failed.increment();
    }

    /** Takes away the series of a version that is gone. */
    public void forget(String model, long version) {
        Version gone = versions.remove(new Key(model, version));
        if (gone != null) {
            gone.meters.forEach(registry::remove);
        }
    }
}
