package dev.vitrine.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.Scratch;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One turn, held by a run that ends when the test says so, and what waits behind it. */
class TurnsTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Turns turns = new Turns(new Turns.Bounds(1, 40, 4_000), System::nanoTime);
    private final BatchQueue queue = queue();
    private final BatchQueue other = queue();
    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch held = new CountDownLatch(1);

    @AfterEach
    void close() {
        release.countDown();
        turns.close();
    }

    /** Has learned that eight rows cost as one. */
    private static BatchQueue queue() {
        BatchLimit limit = new BatchLimit(8);
        for (int run = 0; run < 300; run++) {
            limit.ran(limit.rows(1, 100), 1_000);
        }
        return new BatchQueue(limit, true);
    }

    private static Map<String, Tensor> rows(float... values) {
        float[] two = new float[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            two[2 * i] = values[i];
            two[2 * i + 1] = -values[i];
        }
        return Map.of("x", Tensor.of(new long[] {values.length, 2}, two));
    }

    /**
     * Doubles what it is given; refuses what holds a 13, waits for the test where it finds a 99.
     */
    private Map<String, Tensor> twice(
            Map<String, Tensor> inputs,
            List<String> outputs,
            Cancellation cancellation,
            Scratch scratch) {
        Tensor x = Objects.requireNonNull(inputs.get("x"));
        float[] values = x.floats();
        ran.add(x.size(0) + " from " + values[0]);
        for (int i = 0; i < values.length; i++) {
            if (values[i] == 13) {
                throw new VitrineException(InferenceError.RUN_FAILED, "thirteen");
            }
            if (values[i] == 99) {
                hold(cancellation);
            }
            values[i] *= 2;
        }
        return Map.of("y", Tensor.of(x.shape(), values));
    }

    private void hold(Cancellation cancellation) {
        held.countDown();
        try {
            while (!release.await(1, TimeUnit.MILLISECONDS)) {
                if (cancellation.isCancelled()) {
                    throw new VitrineException(InferenceError.RUN_CANCELLED, "ended");
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Work work(float... values) {
        return new Work(rows(values), List.of("y"), 0, LONG, new Cancellation());
    }

    private static Work with(Work work, int priority, Duration timeout) {
        return new Work(work.inputs(), work.outputs(), priority, timeout, work.cancellation());
    }

    /** Asks in a thread of its own and returns when the request waits or runs. */
    private CompletableFuture<Answered> ask(BatchQueue where, Work work) {
        int before = turns.waiting() + turns.running();
        CompletableFuture<Answered> answer = begin(where, work);
        await(() -> answer.isDone() || turns.waiting() + turns.running() > before);
        return answer;
    }

    private CompletableFuture<Answered> begin(BatchQueue where, Work work) {
        CompletableFuture<Answered> answer = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        answer.complete(turns.run(where, this::twice, work));
                    } catch (RuntimeException e) {
                        answer.completeExceptionally(e);
                    }
                });
        return answer;
    }

    private static void await(java.util.function.BooleanSupplier condition) {
        long end = System.nanoTime() + LONG.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private CompletableFuture<Answered> hog() throws InterruptedException {
        CompletableFuture<Answered> hog = ask(queue, work(99));
        assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
        return hog;
    }

    private static float[] answer(CompletableFuture<Answered> future) {
        return Objects.requireNonNull(
                        future.orTimeout(20, TimeUnit.SECONDS).join().outputs().get("y"))
                .floats();
    }

    private static void assertCode(CompletableFuture<Answered> future, InferenceError code) {
        assertThatThrownBy(() -> future.orTimeout(20, TimeUnit.SECONDS).join())
                .isInstanceOf(CompletionException.class)
                .satisfies(e ->
                        assertThat(((VitrineException) Objects.requireNonNull(e.getCause())).code())
                                .isEqualTo(code));
    }

    @Test
    void whoFindsATurnRunsInItsOwnThread() {
        Thread[] seen = new Thread[1];
        Answered answered =
                turns.run(
                        queue,
                        (inputs, outputs, cancel, scratch) -> {
                            seen[0] = Thread.currentThread();
                            return inputs;
                        },
                        work(1));
        assertThat(seen[0]).isEqualTo(Thread.currentThread());
        assertThat(answered.requests()).isEqualTo(1);
        assertThat(answered.queueNanos()).isZero();
        assertThat(answered.runRows()).isEqualTo(1);
        assertThat(turns.running()).isZero();
    }

    @Test
    void whatWaitsTogetherRunsTogetherAndEachGetsItsOwn() throws Exception {
        var hog = hog();
        var one = ask(queue, work(1));
        var two = ask(queue, work(2, 3));
        var three = ask(queue, work(4));
        release.countDown();
        assertThat(answer(one)).containsExactly(2, -2);
        assertThat(answer(two)).containsExactly(4, -4, 6, -6);
        assertThat(answer(three)).containsExactly(8, -8);
        assertThat(answer(hog)).containsExactly(198, -198);
        assertThat(ran).containsExactly("1 from 99.0", "4 from 1.0");
        assertThat(one.join().requests()).isEqualTo(3);
        assertThat(one.join().queueNanos()).isPositive();
        assertThat(one.join().batchNanos()).isPositive().isEqualTo(two.join().batchNanos());
        assertThat(List.of(one.join().runRows(), two.join().runRows(), three.join().runRows()))
                .containsExactlyInAnyOrder(4L, 0L, 0L);
        assertThat(turns.running() + turns.waiting()).isZero();
    }

    @Test
    void aModelThatGivesOtherRowsThanWentInIsRunByRequests() throws Exception {
        Model firstRowOnly =
                (inputs, outputs, cancel, scratch) -> {
                    float[] x = Objects.requireNonNull(inputs.get("x")).floats();
                    ran.add(x.length / 2 + " rows");
                    return Map.of("y", Tensor.of(new long[] {1, 1}, new float[] {x[0]}));
                };
        CompletableFuture<Answered> hog = ask(other, work(99));
        List<CompletableFuture<Float>> answers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            Work own = work(i);
            answers.add(
                    CompletableFuture.supplyAsync(
                            () ->
                                    Objects.requireNonNull(
                                                    turns.run(queue, firstRowOnly, own)
                                                            .outputs()
                                                            .get("y"))
                                            .floats()[0],
                            Thread::startVirtualThread));
        }
        await(() -> turns.waiting() == 3);
        release.countDown();
        assertThat(hog).succeedsWithin(LONG);
        for (int i = 1; i <= 3; i++) {
            assertThat(answers.get(i - 1)).succeedsWithin(LONG).isEqualTo((float) i);
        }
        assertThat(ran.stream().filter(run -> run.equals("3 rows"))).hasSize(1);
        assertThat(queue.rows(rows(1, 2))).as("batched no more: a request is one").isEqualTo(1);
    }

    @Test
    void noMoreThanTheLimitAndInOrder() throws Exception {
        hog();
        List<CompletableFuture<Answered>> all = new ArrayList<>();
        for (int i = 20; i < 40; i++) {
            all.add(ask(queue, work(i)));
        }
        release.countDown();
        for (int i = 0; i < 20; i++) {
            assertThat(answer(all.get(i))[0]).isEqualTo(2 * (20 + i));
        }
        assertThat(ran).containsExactly("1 from 99.0", "8 from 20.0", "8 from 28.0", "4 from 36.0");
    }

    @Test
    void oneBadRequestFailsAlone() throws Exception {
        hog();
        var good = ask(queue, work(1));
        var bad = ask(queue, work(13));
        var next = ask(queue, work(2));
        release.countDown();
        assertThat(answer(good)).containsExactly(2, -2);
        assertThat(answer(next)).containsExactly(4, -4);
        assertCode(bad, InferenceError.RUN_FAILED);
        assertThat(ran)
                .containsExactly(
                        "1 from 99.0", "3 from 1.0", "1 from 1.0", "1 from 13.0", "1 from 2.0");
    }

    @Test
    void whatNobodyWaitsForIsNotRun() throws Exception {
        hog();
        Work left = work(1);
        var gone = ask(queue, left);
        var stays = ask(queue, work(2));
        left.cancellation().cancel();
        assertCode(gone, InferenceError.RUN_CANCELLED);
        assertThat(turns.waiting()).isEqualTo(1);
        release.countDown();
        assertThat(answer(stays)).containsExactly(4, -4);
        assertThat(ran).containsExactly("1 from 99.0", "1 from 2.0");
    }

    @Test
    void whatIsNotBegunAtItsDeadlineIsNeverRun() throws Exception {
        hog();
        var late = ask(queue, with(work(1), 0, Duration.ofMillis(20)));
        assertCode(late, InferenceError.RUN_CANCELLED);
        assertThat(turns.waiting()).isZero();
        release.countDown();
        assertThat(answer(ask(queue, work(2)))).containsExactly(4, -4);
        assertThat(ran).containsExactly("1 from 99.0", "1 from 2.0");
    }

    @Test
    void aRunAloneEndsWhenItsCallerLeavesOrIsLate() throws Exception {
        Work long1 = work(99);
        var one = ask(queue, long1);
        held.await();
        long1.cancellation().cancel();
        assertCode(one, InferenceError.RUN_CANCELLED);
        await(() -> turns.running() == 0);
        var two = ask(queue, with(work(99), 0, Duration.ofMillis(500)));
        assertCode(two, InferenceError.RUN_CANCELLED);
        await(() -> turns.running() == 0);
        assertThat(ran).hasSize(2);
    }

    @Test
    void nobodyIsHeldBeyondItsDeadlineByAnotherAndASharedRunEndsWithTheLast() throws Exception {
        Work first = work(99);
        var hog = ask(queue, first);
        held.await();
        // These share a run that waits for the test; the second can wait longest and leads.
        var soon = ask(queue, with(work(99), 0, Duration.ofMillis(300)));
        Work later = work(99, 1);
        var leads = ask(queue, later);
        first.cancellation().cancel();
        assertCode(hog, InferenceError.RUN_CANCELLED);
        await(() -> ran.size() == 2);
        assertThat(ran.get(1)).isEqualTo("3 from 99.0");
        assertCode(soon, InferenceError.RUN_CANCELLED);
        assertThat(leads).isNotDone();
        assertThat(turns.running()).isEqualTo(1);
        later.cancellation().cancel();
        assertCode(leads, InferenceError.RUN_CANCELLED);
        await(() -> turns.running() == 0);
    }

    @Test
    void importantOnesGoFirst() throws Exception {
        BatchQueue single = new BatchQueue(new BatchLimit(1), false);
        hog();
        var low = ask(single, with(work(1), 5, LONG));
        var usual = ask(single, work(2));
        var high = ask(other, with(work(3), -1, LONG));
        release.countDown();
        answer(low);
        answer(usual);
        answer(high);
        assertThat(ran).containsExactly("1 from 99.0", "1 from 3.0", "1 from 2.0", "1 from 1.0");
    }

    @Test
    void aBusyVersionDoesNotKeepAnotherWaiting() throws Exception {
        hog();
        List<CompletableFuture<Answered>> many = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            many.add(ask(queue, work(100 + i)));
        }
        var rare = ask(other, work(50));
        release.countDown();
        answer(rare);
        many.forEach(TurnsTest::answer);
        assertThat(ran.subList(1, 3)).contains("1 from 50.0");
    }

    @Test
    void moreThanMayWaitIsRefusedAtOnceTheLeastImportantFirst() throws Exception {
        hog();
        List<CompletableFuture<Answered>> all = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            all.add(ask(queue, work(100 + i)));
        }
        assertCode(ask(queue, work(141)), InferenceError.RUNNERS_BUSY);
        var important = begin(queue, with(work(42), -1, LONG));
        assertCode(all.getLast(), InferenceError.RUNNERS_BUSY);
        release.countDown();
        assertThat(answer(important)).containsExactly(84, -84);
        all.subList(0, 39).forEach(TurnsTest::answer);
    }

    @Test
    void bytesThatWaitAreBounded() throws Exception {
        hog();
        var first = ask(queue, work(new float[400]));
        assertCode(ask(queue, work(new float[200])), InferenceError.RUNNERS_BUSY);
        var small = ask(other, work(1));
        release.countDown();
        answer(first);
        answer(small);
        var again = ask(queue, work(new float[400]));
        answer(again);
    }

    @Test
    void anInterruptedCallerLeaves() throws Exception {
        hog();
        CompletableFuture<InferenceError> code = new CompletableFuture<>();
        Thread waiting =
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                turns.run(queue, this::twice, work(1));
                            } catch (VitrineException e) {
                                code.complete((InferenceError) e.code());
                            }
                        });
        await(() -> turns.waiting() == 1);
        waiting.interrupt();
        assertThat(code.get(20, TimeUnit.SECONDS)).isEqualTo(InferenceError.RUN_CANCELLED);
        assertThat(turns.waiting()).isZero();
    }

    @Test
    void differentShapesAndOutputsDoNotMix() throws Exception {
        hog();
        var first = ask(queue, work(1));
        Map<String, Tensor> wide = Map.of("x", Tensor.of(new long[] {1, 3}, new float[3]));
        var wider = ask(queue, new Work(wide, List.of("y"), 0, LONG, new Cancellation()));
        var elsewhere = ask(queue, new Work(rows(5), List.of("z"), 0, LONG, new Cancellation()));
        var same = ask(queue, work(2));
        release.countDown();
        answer(first);
        answer(same);
        answer(wider);
        elsewhere.join();
        assertThat(ran).containsExactly("1 from 99.0", "2 from 1.0", "1 from 0.0", "1 from 5.0");
    }

    @Test
    void textIsJoinedAndTakenApart() throws Exception {
        hog();
        List<CompletableFuture<Answered>> answers = new ArrayList<>();
        for (String[] texts : new String[][] {{"a"}, {"b", "c"}}) {
            Map<String, Tensor> in = Map.of("x", Tensor.of(new long[] {texts.length}, texts));
            CompletableFuture<Answered> answer = new CompletableFuture<>();
            int before = turns.waiting();
            Thread.ofVirtual()
                    .start(() ->
                            answer.complete(
                                    turns.run(
                                            queue,
                                            (inputs, outputs, cancel, scratch) -> inputs,
                                            new Work(
                                                    in,
                                                    List.of("x"),
                                                    0,
                                                    LONG,
                                                    new Cancellation()))));
            await(() -> turns.waiting() > before);
            answers.add(answer);
        }
        release.countDown();
        assertThat(Objects.requireNonNull(answers.get(0).join().outputs().get("x")).texts())
                .containsExactly("a");
        assertThat(Objects.requireNonNull(answers.get(1).join().outputs().get("x")).texts())
                .containsExactly("b", "c");
        assertThat(answers.get(1).join().requests()).isEqualTo(2);
    }

    @Test
    void whatComesBeforeARunBeginsSharesIt() throws Exception {
        try (Turns two = new Turns(new Turns.Bounds(2, 200, 1 << 20), System::nanoTime)) {
            Model holding =
                    (inputs, outputs, cancel, scratch) -> {
                        held.countDown();
                        await(() -> release.getCount() == 0);
                        return inputs;
                    };
            Thread holder = Thread.ofPlatform().start(() -> two.run(queue(), holding, work(1)));
            assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
            BatchQueue queue = queue();
            List<Answered> answers = Collections.synchronizedList(new ArrayList<>());
            Runnable ask =
                    () ->
                            answers.add(
                                    two.run(
                                            queue,
                                            (inputs, outputs, cancel, scratch) -> inputs,
                                            work(1)));
            // All are started by one virtual thread, which gives its carrier away only then.
            Thread.ofVirtual()
                    .start(() -> {
                        for (int i = 0; i < 200; i++) {
                            Thread.startVirtualThread(ask);
                        }
                    });
            await(() -> answers.size() == 200);
            assertThat(answers.stream().mapToInt(Answered::requests).max().orElse(0))
                    .as("requests of the largest run")
                    .isGreaterThan(1);
            release.countDown();
            holder.join();
        }
    }

    @Test
    void threadsThatOthersDependOnNeverWait() throws Exception {
        try (Turns one = new Turns(new Turns.Bounds(1, 10, 1 << 20), System::nanoTime)) {
            Model holding =
                    (inputs, outputs, cancel, scratch) -> {
                        held.countDown();
                        await(() -> release.getCount() == 0);
                        return inputs;
                    };
            Thread holder = Thread.ofPlatform().start(() -> one.run(queue(), holding, work(1)));
            assertThat(held.await(20, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Boolean> told = new CompletableFuture<>();
            class Loop extends Thread implements NeverWaits {
                @Override
                public void run() {
                    try {
                        one.run(queue(), holding, work(1));
                        told.complete(false);
                    } catch (TurnsTaken e) {
                        told.complete(one.waiting() == 0);
                    }
                }
            }
            new Loop().start();
            assertThat(told.get(20, TimeUnit.SECONDS)).isTrue();
            release.countDown();
            holder.join();
        }
    }

    @Test
    void modelsThatSurpriseAreNotCalledShort() {
        BatchLimit limit = new BatchLimit(8);
        for (int run = 0; run < 100; run++) {
            limit.ran(1, 100_000);
        }
        assertThat(limit.steadyNanos(1)).isBetween(1L, 1_000_000L);
        for (int run = 0; run < 100; run++) {
            limit.ran(1, run % 20 == 0 ? 50_000_000 : 100_000);
        }
        assertThat(limit.nanos(1)).isBetween(1L, 1_000_000L);
        assertThat(limit.steadyNanos(1)).isZero();
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
