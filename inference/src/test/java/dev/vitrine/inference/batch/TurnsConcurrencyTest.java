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
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many callers of several versions who leave, are late and get errors, all at once. */
class TurnsConcurrencyTest {
    private static final int TURNS = 2;
    private static final int CALLERS = 64;
    private static final int REQUESTS = 300;
    private static final float FAILS = -1;

    private final AtomicInteger running = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ConcurrentLinkedQueue<Throwable> wrong = new ConcurrentLinkedQueue<>();

    /** Doubles, in scratch memory, as a session does. */
    private Map<String, Tensor> twice(
            Map<String, Tensor> inputs,
            List<String> outputs,
            Cancellation cancellation,
            Scratch scratch) {
        try {
            assertThat(running.incrementAndGet()).isLessThanOrEqualTo(TURNS);
            Tensor x = Objects.requireNonNull(inputs.get("x"));
            float[] values = x.floats();
            ByteBuffer out = scratch.take(x.bytes());
            for (float value : values) {
                if (value == FAILS) {
                    throw new VitrineException(InferenceError.RUN_FAILED, "fails");
                }
                out.putFloat(2 * value);
            }
            long end = System.nanoTime() + 50_000;
            while (System.nanoTime() < end && !cancellation.isCancelled()) {
                Thread.onSpinWait();
            }
            return Map.of("y", Tensor.of(x.type(), x.shape(), out.flip()));
        } finally {
            running.decrementAndGet();
        }
    }

    private void call(Turns turns, BatchQueue queue, SplittableRandom random) {
        int rows = 1 + random.nextInt(3);
        float[] values = new float[rows];
        for (int i = 0; i < rows; i++) {
            values[i] = random.nextInt(50) == 0 ? FAILS : random.nextInt(1_000);
        }
        Cancellation cancellation = new Cancellation();
        if (random.nextInt(10) == 0) {
            long pause = random.nextInt(2_000_000);
            Thread.ofVirtual()
                    .start(() -> {
                        java.util.concurrent.locks.LockSupport.parkNanos(pause);
                        cancellation.cancel();
                    });
        }
        Work work =
                new Work(
                        Map.of("x", Tensor.of(new long[] {rows}, values)),
                        List.of("y"),
                        random.nextInt(3),
                        Duration.ofNanos(100_000 + random.nextInt(200_000_000)),
                        cancellation);
        try {
            float[] twice =
                    Objects.requireNonNull(turns.run(queue, this::twice, work).outputs().get("y"))
                            .floats();
            for (int i = 0; i < rows; i++) {
                assertThat(twice[i]).isEqualTo(2 * values[i]);
            }
            answered.incrementAndGet();
        } catch (VitrineException e) {
            assertThat(e.code())
                    .isIn(
                            InferenceError.RUN_CANCELLED,
                            InferenceError.RUN_FAILED,
                            InferenceError.RUNNERS_BUSY);
            refused.incrementAndGet();
        }
    }

    @Test
    void everyCallerGetsItsOwnAnswerOrAReasonAndNothingIsLeftBehind() throws Exception {
        SplittableRandom seeds = new SplittableRandom(11);
        try (Turns turns = new Turns(new Turns.Bounds(TURNS, 30, 300), System::nanoTime)) {
            List<BatchQueue> queues = new ArrayList<>();
            for (int version = 0; version < 3; version++) {
                queues.add(new BatchQueue(BatchLimit.fixed(16), version != 0));
            }
            List<Thread> callers = new ArrayList<>();
            for (int c = 0; c < CALLERS; c++) {
                SplittableRandom random = seeds.split();
                callers.add(
                        Thread.ofVirtual()
                                .start(() -> {
                                    try {
                                        for (int i = 0; i < REQUESTS; i++) {
                                            call(turns, queues.get(random.nextInt(3)), random);
                                        }
                                    } catch (Throwable e) {
                                        wrong.add(e);
                                    }
                                }));
            }
            for (Thread caller : callers) {
                assertThat(caller.join(Duration.ofSeconds(60))).as("a caller hangs").isTrue();
            }
            assertThat(wrong).isEmpty();
            assertThat(answered.get() + refused.get()).isEqualTo(CALLERS * REQUESTS);
            assertThat(answered.get()).isPositive();
            assertThat(refused.get()).isPositive();
            assertThat(turns.running()).isZero();
            assertThat(turns.waiting()).isZero();
            assertThat(turns.waitingBytes()).isZero();
        }
    }
}
