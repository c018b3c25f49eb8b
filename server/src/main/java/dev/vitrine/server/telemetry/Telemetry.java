package dev.vitrine.server.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;

/**
 * Everything that is counted. Other parts get the registry and add their own counters and gauges;
 * label values come from fixed sets, never from requests, so that the number of series is bounded.
 */
public final class Telemetry implements AutoCloseable {
    private final PrometheusMeterRegistry registry;
    private final JvmGcMetrics garbage = new JvmGcMetrics();
    private final RequestRing requests;
    private final Health health = new Health();

    /**
     * @param clock the wall clock, for the series by second
     */
    public Telemetry(InstantSource clock) {
        this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        this.requests = new RequestRing(clock);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        garbage.bindTo(registry);
    }

    /** Where other parts register what they count. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    public RequestRing requests() {
        return requests;
    }

    public Health health() {
        return health;
    }

    /**
     * Adds a gauge that is read at every scrape.
     *
     * @param name in Prometheus' manner with dots, such as {@code vitrine.log.queue}
     */
    public void gauge(String name, String description, DoubleSupplier value) {
        Gauge.builder(name, value, DoubleSupplier::getAsDouble)
                .description(description)
                .strongReference(true)
                .register(registry);
    }

    /** All metrics in Prometheus' text format, version 0.0.4. */
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void close() {
        garbage.close();
        registry.close();
    }
}
