package dev.vitrine.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BatchQueueTest {
    private final AtomicLong clock = new AtomicLong();
    private final List<Long> ran = new ArrayList<>();
    private final BatchQueue queue = new BatchQueue(learned(), true, clock::get);

    /** A limit that has learned that eight rows cost as one. */
    private static BatchLimit learned() {
        BatchLimit limit = new BatchLimit(8);
        for (int run = 0; run < 100; run++) {
            limit.ran(limit.rows(100), 1_000);
        }
        return limit;
    }

    private static Map<String, Tensor> rows(float... values) {
        float[] two = new float[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            two[2 * i] = values[i];
            two[2 * i + 1] = -values[i];
        }
        return Map.of("x", Tensor.of(new long[] {values.length, 2}, two));
    }

    /** Doubles what it is given; refuses what holds a 13. */
    private Map<String, Tensor> twice(
            Map<String, Tensor> inputs, List<String> outputs, Optional<Cancellation> cancel) {
        Tensor x = Objects.requireNonNull(inputs.get("x"));
        ran.add(x.size(0));
        clock.addAndGet(1_000);
        float[] values = x.floats();
        for (int i = 0; i < values.length; i++) {
            if (values[i] == 13) {
                throw new VitrineException(InferenceError.RUN_FAILED, "thirteen");
            }
            values[i] *= 2;
        }
        return Map.of("y", Tensor.of(x.shape(), values));
    }

    private CompletableFuture<BatchQueue.Answered> add(float... values) {
        return queue.add(rows(values), List.of("y"), new Cancellation());
    }

    private static float[] answer(CompletableFuture<BatchQueue.Answered> future) {
        assertThat(future).isCompleted();
        return Objects.requireNonNull(future.join().outputs().get("y")).floats();
    }

    @Test
    void whatWaitsTogetherRunsTogetherAndEachGetsItsOwn() {
        var one = add(1);
        var two = add(2, 3);
        var three = add(4);
        assertThat(queue.runNext(this::twice)).isEqualTo(3);
        assertThat(ran).containsExactly(4L);
        assertThat(answer(one)).containsExactly(2, -2);
        assertThat(answer(two)).containsExactly(4, -4, 6, -6);
        assertThat(answer(three)).containsExactly(8, -8);
        assertThat(one.join().requests()).isEqualTo(3);
        assertThat(queue.runNext(this::twice)).isZero();
    }

    @Test
    void noMoreThanTheLimitAndInOrder() {
        List<CompletableFuture<BatchQueue.Answered>> all = new ArrayList<>();
        for (int i = 20; i < 40; i++) {
            all.add(add(i));
        }
        while (queue.size() > 0) {
            queue.runNext(this::twice);
        }
        assertThat(ran).containsExactly(8L, 8L, 4L);
        for (int i = 0; i < 20; i++) {
            assertThat(answer(all.get(i))[0]).isEqualTo(2 * (20 + i));
        }
    }

    @Test
    void oneBadRequestFailsAlone() {
        var good = add(1);
        var bad = add(13);
        var other = add(2);
        queue.runNext(this::twice);
        assertThat(answer(good)).containsExactly(2, -2);
        assertThat(answer(other)).containsExactly(4, -4);
        assertThatThrownBy(bad::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("thirteen");
        assertThat(ran).containsExactly(3L, 1L, 1L, 1L);
    }

    @Test
    void whatNobodyWaitsForIsNotRun() {
        Cancellation gone = new Cancellation();
        var left = queue.add(rows(1), List.of("y"), gone);
        var stays = add(2);
        gone.cancel();
        assertThat(queue.runNext(this::twice)).isEqualTo(1);
        assertThat(ran).containsExactly(1L);
        assertThat(left).isNotDone();
        assertThat(answer(stays)).containsExactly(4, -4);
        assertThat(queue.size()).isZero();
    }

    @Test
    void differentShapesAndOutputsDoNotMix() {
        var first = add(1);
        var wider =
                queue.add(
                        Map.of("x", Tensor.of(new long[] {1, 3}, new float[3])),
                        List.of("y"),
                        new Cancellation());
        var elsewhere = queue.add(rows(5), List.of("z"), new Cancellation());
        var same = add(2);
        assertThat(queue.runNext(this::twice)).isEqualTo(2);
        assertThat(first).isDone();
        assertThat(same).isDone();
        assertThat(wider).isNotDone();
        assertThat(elsewhere).isNotDone();
        assertThat(queue.runNext(this::twice)).isEqualTo(1);
        assertThat(queue.runNext(this::twice)).isEqualTo(1);
        assertThat(elsewhere).isDone();
    }

    @Test
    void textIsJoinedAndTakenApart() {
        var one =
                queue.add(
                        Map.of("x", Tensor.of(new long[] {1}, new String[] {"a"})),
                        List.of("x"),
                        new Cancellation());
        var two =
                queue.add(
                        Map.of("x", Tensor.of(new long[] {2}, new String[] {"b", "c"})),
                        List.of("x"),
                        new Cancellation());
        queue.runNext((inputs, outputs, cancel) -> inputs);
        assertThat(Objects.requireNonNull(one.join().outputs().get("x")).texts())
                .containsExactly("a");
        assertThat(Objects.requireNonNull(two.join().outputs().get("x")).texts())
                .containsExactly("b", "c");
    }

    @Test
    void waitingIsTold() {
        var one = add(1);
        clock.addAndGet(500);
        queue.runNext(this::twice);
        assertThat(one.join().queueNanos()).isEqualTo(500);
        assertThat(one.join().runNanos()).isEqualTo(1_000);
    }

    private static Signature signature(Dimension in, Dimension out) {
        return new Signature(
                List.of(new Port("x", TensorType.FP32, List.of(in, Dimension.of(2)))),
                List.of(new Port("y", TensorType.FP32, List.of(out))));
    }

    @Test
    void onlyModelsWithABatchAreBatched() {
        Dimension batch = Dimension.named("batch");
        assertThat(BatchPlan.fits(signature(batch, batch), false)).isTrue();
        assertThat(BatchPlan.fits(signature(batch, Dimension.of(1)), false)).isFalse();
        assertThat(BatchPlan.fits(signature(Dimension.of(4), Dimension.of(4)), true)).isFalse();
        Dimension candidates = Dimension.named("candidates");
        assertThat(BatchPlan.fits(signature(candidates, candidates), false)).isFalse();
        assertThat(BatchPlan.fits(signature(candidates, candidates), true)).isTrue();
        Dimension nameless = Dimension.named("");
        assertThat(BatchPlan.fits(signature(nameless, nameless), true)).isFalse();
    }
}
