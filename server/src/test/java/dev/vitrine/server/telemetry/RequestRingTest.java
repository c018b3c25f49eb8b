package dev.vitrine.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Rates and percentiles by second, and that old seconds are forgotten. */
class RequestRingTest {
    private final AtomicLong seconds = new AtomicLong(1_000_000);
    private final RequestRing ring = new RequestRing(() -> Instant.ofEpochSecond(seconds.get()));

    @Test
    void givesRatesAndPercentilesWithinAQuarter() {
        for (int i = 1; i <= 100; i++) {
            ring.record(RequestRing.Group.SEARCH, i * 1_000_000L, i > 98);
        }
        seconds.incrementAndGet();
        RequestRing.Point point = ring.series(RequestRing.Group.SEARCH, 1, 1).getFirst();
        assertThat(point.requests()).isEqualTo(100);
        assertThat(point.errors()).isEqualTo(2);
        assertThat(point.p50Ms()).isBetween(50.0, 62.5);
        assertThat(point.p99Ms()).isBetween(99.0, 123.8);
        assertThat(ring.series(RequestRing.Group.PREDICT, 1, 1).getFirst().requests()).isZero();
    }

    @Test
    void forgetsWhatIsOlderThanTheRing() {
        ring.record(RequestRing.Group.OTHER, 1, false);
        seconds.addAndGet(RequestRing.SECONDS);
        ring.record(RequestRing.Group.OTHER, 1, false);
        seconds.incrementAndGet();
        List<RequestRing.Point> all = ring.series(RequestRing.SECONDS, RequestRing.SECONDS);
        assertThat(all).hasSize(1);
        assertThat(all.getFirst().requests() * (RequestRing.SECONDS - 1)).isBetween(0.99, 1.01);
    }
}
