package dev.vitrine.server.grpc;

import io.grpc.Status;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Times the calls of one method by their status. Timers are made when a status is first seen and
 * then found by position.
 */
final class GrpcMeter {
    private final MeterRegistry registry;
    private final String method;
    private final AtomicReferenceArray<Timer> timers =
            new AtomicReferenceArray<>(Status.Code.values().length);

    GrpcMeter(MeterRegistry registry, String method) {
        this.registry = registry;
        this.method = method;
    }

    void finished(Status.Code status, long nanos) {
        Timer timer = timers.get(status.value());
        if (timer == null) {
            timer =
                    Timer.builder("vitrine.grpc.request")
                            .description("Time from the headers of a call to its answer")
                            .tag("method", method)
                            .tag("status", status.name())
                            .serviceLevelObjectives(
                                    Duration.ofNanos(500_000),
                                    Duration.ofMillis(1),
                                    Duration.ofMillis(2),
                                    Duration.ofMillis(5),
                                    Duration.ofMillis(10),
                                    Duration.ofMillis(30),
                                    Duration.ofMillis(100),
                                    Duration.ofMillis(1000),
                                    Duration.ofMillis(5000))
                            .register(registry);
            timers.set(status.value(), timer);
        }
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }
}
