package dev.vitrine.server.telemetry;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Times the requests of one route, by class of status. Timers are made when a class is first seen
 * and then found by position, so that a request costs no lookup by name.
 */
public final class RouteMeter {
    private static final String[] CLASSES = {"1xx", "2xx", "3xx", "4xx", "5xx"};

    private final MeterRegistry registry;
    private final String route;
    private final String method;
    private final RequestRing ring;
    private final RequestRing.Group group;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicReferenceArray<Timer> timers = new AtomicReferenceArray<>(CLASSES.length);
    private final DistributionSummary requestBytes;

    /**
     * @param route the template of the path, such as {@code /v1/products/{id}}
     */
    public RouteMeter(Telemetry telemetry, String method, String route, RequestRing.Group group) {
        this.registry = telemetry.registry();
        this.ring = telemetry.requests();
        this.route = route;
        this.method = method;
        this.group = group;
        this.requestBytes =
                DistributionSummary.builder("vitrine.http.request.bytes")
                        .description("Sizes of request bodies as received")
                        .tag("method", method)
                        .tag("route", route)
                        .register(registry);
        io.micrometer.core.instrument.Gauge.builder(
                        "vitrine.http.in.flight", inFlight, AtomicInteger::get)
                .description("Requests that are being answered")
                .tag("method", method)
                .tag("route", route)
                .register(registry);
    }

    public void started() {
        inFlight.incrementAndGet();
    }

    /**
     * @param nanos from the end of the request's headers to the end of the answer
     * @param bytes of the body as received
     */
    public void finished(int status, long nanos, long bytes) {
        inFlight.decrementAndGet();
        timer(Math.clamp(status / 100 - 1, 0, CLASSES.length - 1))
                .record(nanos, TimeUnit.NANOSECONDS);
        if (bytes > 0) {
            requestBytes.record(bytes);
        }
        ring.record(group, nanos, status >= 500);
    }

    private Timer timer(int statusClass) {
        Timer timer = timers.get(statusClass);
        if (timer == null) {
            timer =
                    Timer.builder("vitrine.http.request")
                            .description("Time from the end of the headers to the answer")
                            .tag("method", method)
                            .tag("route", route)
                            .tag("status", CLASSES[statusClass])
                            .serviceLevelObjectives(
                                    millis(1),
                                    millis(2),
                                    millis(5),
                                    millis(10),
                                    millis(15),
                                    millis(30),
                                    millis(50),
                                    millis(100),
                                    millis(250),
                                    millis(1000),
                                    millis(5000))
                            .register(registry);
            timers.set(statusClass, timer);
        }
        return timer;
    }

    private static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }
}
