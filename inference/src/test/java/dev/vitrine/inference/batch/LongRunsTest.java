package dev.vitrine.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.platform.BackgroundThread;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.Scratch;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Runs of which it is not known that they are short, asked for by virtual threads. */
class LongRunsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Turns turns = new Turns(new Turns.Bounds(1, 40, 4_000), System::nanoTime);
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void close() {
        turns.close();
    }

    private static Work work() {
        Map<String, Tensor> one = Map.of("x", Tensor.of(new long[] {1, 2}, new float[] {1, 2}));
        return new Work(one, List.of("y"), 0, LONG, new Cancellation());
    }

    /** Runs until it is cancelled. */
    private Map<String, Tensor> hold(
            Map<String, Tensor> inputs,
            List<String> outputs,
            Cancellation cancellation,
            Scratch scratch) {
        held.countDown();
        await(cancellation::isCancelled);
        throw new VitrineException(InferenceError.RUN_CANCELLED, "ended");
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("it never came to that");
            }
            LockSupport.parkNanos(100_000);
        }
    }

    @Test
    void runsLeaveCarriersToOthers() throws Exception {
        int most = Turns.fitting();
        try (Turns all = new Turns(new Turns.Bounds(most, 10, 1 << 20), System::nanoTime)) {
            CountDownLatch begun = new CountDownLatch(most);
            long end = System.nanoTime() + Duration.ofSeconds(2).toNanos();
            for (int i = 0; i < most; i++) {
                Thread.ofVirtual()
                        .start(() ->
                                all.run(
                                        new BatchQueue(new BatchLimit(8), true),
                                        (inputs, outputs, cancel, scratch) -> {
                                            begun.countDown();
                                            while (System.nanoTime() < end) {
                                                Thread.onSpinWait();
                                            }
                                            return inputs;
                                        },
                                        work()));
            }
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Boolean> health = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> health.complete(System.nanoTime() < end));
            assertThat(health.get(20, TimeUnit.SECONDS))
                    .as("another virtual thread ran while all turns were taken")
                    .isTrue();
        }
    }

    @Test
    void longRunsOfALoneCallerStayOnOneThread() {
        try (Turns three = new Turns(new Turns.Bounds(3, 10, 1 << 20), System::nanoTime)) {
            List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
            Model noting =
                    (inputs, outputs, cancel, scratch) -> {
                        threads.add(Thread.currentThread());
                        return inputs;
                    };
            for (int i = 0; i < 5; i++) {
                BatchQueue unknown = new BatchQueue(new BatchLimit(8), true);
                CompletableFuture.runAsync(
                                () -> three.run(unknown, noting, work()),
                                Thread::startVirtualThread)
                        .join();
            }
            assertThat(threads).hasSize(5);
            assertThat(threads.stream().distinct()).hasSize(1);
            assertThat(threads.getFirst().getName()).startsWith("model-run-");
        }
    }

    @Test
    void workInTheBackgroundIsNotStarved() throws Exception {
        CompletableFuture<Runnable> background = new CompletableFuture<>();
        BackgroundThread.execute(background::complete, () -> {});
        BatchQueue alone = new BatchQueue(new BatchLimit(8), false);
        List<Long> rests = Collections.synchronizedList(new ArrayList<>());
        AtomicLong ended = new AtomicLong(Long.MAX_VALUE);
        Model twentyMillis =
                (inputs, outputs, cancel, scratch) -> {
                    rests.add(System.nanoTime() - ended.get());
                    if (rests.size() == 1) {
                        await(() -> turns.waiting() == 9);
                    }
                    LockSupport.parkNanos(20_000_000);
                    ended.set(System.nanoTime());
                    return inputs;
                };
        List<CompletableFuture<Answered>> answers = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            answers.add(
                    CompletableFuture.supplyAsync(
                            () -> turns.run(alone, twentyMillis, work()),
                            Thread::startVirtualThread));
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .get(20, TimeUnit.SECONDS);
        background.join().run();
        assertThat(rests.subList(1, 10)).allMatch(rest -> rest >= 2_000_000);
    }

    @Test
    void aCallerInterruptedDuringItsLongRunEndsItAndStaysInterrupted() throws Exception {
        BatchQueue unknown = new BatchQueue(new BatchLimit(8), true);
        CompletableFuture<InferenceError> code = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread caller =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                turns.run(unknown, this::hold, work());
                            } catch (VitrineException e) {
                                code.complete((InferenceError) e.code());
                            }
                            interrupted.complete(Thread.currentThread().isInterrupted());
                        });
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
        caller.interrupt();
        assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(InferenceError.RUN_CANCELLED);
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(turns.running()).isZero();
    }

    @Test
    void aRunThatEndedBecauseItWasTooLateTeachesWhatItTook() {
        BatchLimit limit = new BatchLimit(8);
        BatchQueue unknown = new BatchQueue(limit, true);
        Work brief =
                new Work(
                        work().inputs(),
                        List.of("y"),
                        0,
                        Duration.ofMillis(30),
                        new Cancellation());
        CompletableFuture<Answered> answer =
                CompletableFuture.supplyAsync(
                        () -> turns.run(unknown, this::hold, brief), Thread::startVirtualThread);
        assertThat(answer).failsWithin(LONG);
        await(() -> turns.running() == 0);
        assertThat(limit.nanos(1)).isGreaterThan(20_000_000);
    }
}
