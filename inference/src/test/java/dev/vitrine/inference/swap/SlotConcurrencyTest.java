package dev.vitrine.inference.swap;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Many threads lease while others swap: nobody sees a closed value, every value closes once. */
class SlotConcurrencyTest {
    private static final int SWAPS = 4_000;
    private static final int READERS = 6;
    private static final int SWAPPERS = 3;

    private final AtomicInteger closedEvents = new AtomicInteger();
    private final Slot<Value> slot =
            new Slot<>(
                    "live",
                    Runnable::run,
                    event -> {
                        if (event instanceof SlotEvent.Closed) {
                            closedEvents.incrementAndGet();
                        }
                    });
    private final ConcurrentLinkedQueue<Value> made = new ConcurrentLinkedQueue<>();

    @RepeatedTest(3)
    void noLeaseSeesAClosedValueAndEachIsClosedOnce() throws Exception {
        slot.install(value());
        AtomicBoolean stop = new AtomicBoolean();
        AtomicLong leases = new AtomicLong();
        AtomicInteger wins = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(READERS + SWAPPERS)) {
            List<Future<?>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(() -> read(stop, leases)));
            }
            List<Callable<Void>> swappers = new ArrayList<>();
            for (int i = 0; i < SWAPPERS; i++) {
                swappers.add(() -> swap(wins));
            }
            for (Future<Void> swapper : threads.invokeAll(swappers)) {
                swapper.get();
            }
            stop.set(true);
            for (Future<?> reader : readers) {
                reader.get();
            }
        }
        assertThat(slot.drain(Duration.ofSeconds(20))).isZero();
        assertThat(slot.state().generation()).isEqualTo(wins.get() + 1L);
        slot.close();
        assertThat(slot.drain(Duration.ofSeconds(20))).isZero();
        assertThat(wins.get()).isGreaterThanOrEqualTo(SWAPS);
        assertThat(closedEvents.get()).isEqualTo(wins.get() + 1);
        assertThat(leases.get()).isPositive();
        assertThat(made).allSatisfy(value -> assertThat(value.closes.get()).isEqualTo(1));
    }

    /** Leases may be handed to other threads and end there, in any order. */
    @Test
    void leasesMayEndInOtherThreads() throws Exception {
        slot.install(value());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 2_000; i++) {
                Lease<Value> lease = slot.lease();
                threads.submit(lease::close);
                threads.submit(lease::close);
                assertThat(slot.swap(lease.value(), value())).isTrue();
            }
        }
        slot.close();
        assertThat(slot.drain(Duration.ofSeconds(20))).isZero();
        assertThat(made).allSatisfy(value -> assertThat(value.closes.get()).isEqualTo(1));
    }

    private Void read(AtomicBoolean stop, AtomicLong leases) {
        long count = 0;
        while (!stop.get()) {
            try (Lease<Value> lease = slot.lease()) {
                lease.value().use();
                if ((++count & 63) == 0) {
                    Thread.yield();
                }
                lease.value().use();
            }
        }
        leases.addAndGet(count);
        return null;
    }

    private Void swap(AtomicInteger wins) {
        for (int won = 0; won < SWAPS; ) {
            Value expected;
            try (Lease<Value> lease = slot.lease()) {
                expected = lease.value();
            }
            Value next = new Value();
            if (slot.swap(expected, next)) {
                made.add(next);
                wins.incrementAndGet();
                won++;
            }
            if (ThreadLocalRandom.current().nextInt(16) == 0) {
                Thread.yield();
            }
        }
        return null;
    }

    private Value value() {
        Value value = new Value();
        made.add(value);
        return value;
    }

    private static final class Value implements AutoCloseable {
        private final AtomicInteger closes = new AtomicInteger();

        void use() {
            if (closes.get() != 0) {
                throw new AssertionError("used after it was closed");
            }
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }
}
