package dev.vitrine.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.Scratch;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Many virtual callers of models whose runs differ so much that nearly all are carried, who leave,
 * are late, are interrupted and are woken for nothing.
 */
@Timeout(120)
class CarriedRunsConcurrencyTest {
    private static final int TURNS = 2;
    private static final int CALLERS = 64;
    private static final int REQUESTS = 500;
    private static final int VERSIONS = 3;

    /** So long that the next cannot be foretold; and what most take. */
    private static final long SURPRISE_NANOS = 4_500_000;

    private static final int MOST_NANOS = 60_000;

    /** How often each request was run; it is known by its number. */
    private final AtomicIntegerArray runs = new AtomicIntegerArray(CALLERS * REQUESTS);

    private final Set<Scratch> used = ConcurrentHashMap.newKeySet();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger carried = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();

    /**
     * Copies numbers to scratch memory and looks, when its time is over, whether they are there.
     */
    private Map<String, Tensor> copy(
            Map<String, Tensor> inputs,
            List<String> outputs,
            Cancellation cancellation,
            Scratch scratch) {
        try {
            assertThat(running.incrementAndGet()).as("runs at once").isLessThanOrEqualTo(TURNS);
            assertThat(used.add(scratch)).as("scratch is nobody else's").isTrue();
            int run = begun.getAndIncrement();
            if (Thread.currentThread().getName().startsWith("model-run-")) {
                carried.incrementAndGet();
            }
            Tensor x = Objects.requireNonNull(inputs.get("x"));
            ByteBuffer out = scratch.take(x.bytes());
            for (float number : x.floats()) {
                runs.incrementAndGet((int) number);
                out.putFloat(number);
            }
            long nanos = run % 24 == 0 ? SURPRISE_NANOS : run * 7_919L % MOST_NANOS;
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end && !cancellation.isCancelled()) {
                LockSupport.parkNanos(end - System.nanoTime());
            }
            Tensor y = Tensor.of(x.type(), x.shape(), out.flip());
            assertThat(y.floats()).isEqualTo(x.floats());
            if (cancellation.isCancelled()) {
                throw new VitrineException(InferenceError.RUN_CANCELLED, "ended");
            }
            return Map.of("y", y);
        } catch (AssertionError e) {
            wrong.add(e);
            throw e;
        } finally {
            used.remove(scratch);
            running.decrementAndGet();
        }
    }

    private static void later(SplittableRandom random, Runnable then) {
        if (random.nextInt(10) == 0) {
            long pause = random.nextInt(3_000_000);
            Thread.startVirtualThread(() -> {
                LockSupport.parkNanos(pause);
                then.run();
            });
        }
    }

    private void call(Turns turns, BatchQueue queue, int number, SplittableRandom random) {
        Cancellation cancellation = new Cancellation();
        later(random, cancellation::cancel);
        later(random, Thread.currentThread()::interrupt);
        Work work =
                new Work(
                        Map.of("x", Tensor.of(new long[] {1, 1}, new float[] {number})),
                        List.of("y"),
                        random.nextInt(3),
                        Duration.ofNanos(100_000 + random.nextInt(60_000_000)),
                        cancellation);
        try {
            Map<String, Tensor> outputs = turns.run(queue, this::copy, work).outputs();
            assertThat(Objects.requireNonNull(outputs.get("y")).floats()).containsExactly(number);
            assertThat(runs.get(number)).as("runs of an answered request").isEqualTo(1);
            answered.incrementAndGet();
        } catch (VitrineException e) {
            assertThat(e.code()).isIn(InferenceError.RUN_CANCELLED, InferenceError.RUNNERS_BUSY);
            refused.incrementAndGet();
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void everyRunIsRunOnceWithMemoryOfItsOwn() throws Exception {
        SplittableRandom seeds = new SplittableRandom(17);
        AtomicBoolean over = new AtomicBoolean();
        try (Turns turns = new Turns(new Turns.Bounds(TURNS, 40, 10_000), System::nanoTime)) {
            List<BatchQueue> queues = new ArrayList<>();
            for (int version = 0; version < VERSIONS; version++) {
                queues.add(new BatchQueue(BatchLimit.fixed(8), version != 0));
            }
            List<Thread> callers = new ArrayList<>();
            for (int c = 0; c < CALLERS; c++) {
                SplittableRandom random = seeds.split();
                int first = c * REQUESTS;
                callers.add(
                        Thread.startVirtualThread(() -> {
                            try {
                                for (int i = 0; i < REQUESTS; i++) {
                                    call(
                                            turns,
                                            queues.get(random.nextInt(VERSIONS)),
                                            first + i,
                                            random);
                                }
                            } catch (Throwable e) {
                                wrong.add(e);
                            }
                        }));
            }
            Thread waker =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (!over.get()) {
                                    callers.forEach(LockSupport::unpark);
                                }
                            });
            for (Thread caller : callers) {
                assertThat(caller.join(Duration.ofSeconds(60))).as("a caller hangs").isTrue();
            }
            over.set(true);
            waker.join();
            assertThat(wrong).isEmpty();
            for (int number = 0; number < runs.length(); number++) {
                assertThat(runs.get(number)).as("runs of request %d", number).isLessThan(2);
            }
            assertThat(answered.get() + refused.get()).isEqualTo(CALLERS * REQUESTS);
            assertThat(answered.get()).isPositive();
            assertThat(refused.get()).isPositive();
            assertThat(carried.get()).as("of %s runs", begun).isGreaterThan(begun.get() / 2);
            assertThat(turns.waiting()).isZero();
            assertThat(turns.waitingBytes()).isZero();
            allTurnsAreBack(turns);
        }
    }

    /** As many as there are run at once, each with scratch memory of its own, and no more. */
    private static void allTurnsAreBack(Turns turns) throws InterruptedException {
        assertThat(turns.running()).isZero();
        Set<Scratch> scratches = ConcurrentHashMap.newKeySet();
        CountDownLatch full = new CountDownLatch(TURNS);
        CountDownLatch release = new CountDownLatch(1);
        Model hold =
                (inputs, outputs, cancellation, scratch) -> {
                    scratches.add(scratch);
                    full.countDown();
                    await(release);
                    return inputs;
                };
        Map<String, Tensor> one = Map.of("x", Tensor.of(new long[] {1, 1}, new float[] {1}));
        List<Thread> callers = new ArrayList<>();
        for (int c = 0; c <= TURNS; c++) {
            callers.add(
                    Thread.startVirtualThread(() ->
                            turns.run(
                                    new BatchQueue(BatchLimit.fixed(1), false),
                                    hold,
                                    new Work(
                                            one,
                                            List.of("y"),
                                            0,
                                            Duration.ofSeconds(30),
                                            new Cancellation()))));
        }
        full.await();
        while (turns.waiting() == 0) {
            Thread.onSpinWait();
        }
        assertThat(turns.running()).isEqualTo(TURNS);
        assertThat(scratches).hasSize(TURNS);
        release.countDown();
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(turns.running()).isZero();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
