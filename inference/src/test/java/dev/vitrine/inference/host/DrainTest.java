package dev.vitrine.inference.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.batch.BatchLimit;
import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.batch.Work;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.platform.NativeMemory;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What has to go goes in time, and nothing comes in its place before it has. */
@Timeout(120)
class DrainTest {
    private static final long MIB = 1 << 20;
    private static final Duration DRAIN = Duration.ofMillis(200);

    @TempDir Path folder;
    private final ModelHost host =
            new ModelHost(
                    new MemoryBudget(30 * MIB),
                    NativeMemory.UNKNOWN,
                    DRAIN,
                    InstantSource.system(),
                    event -> {});
    private final Turns turns = new Turns(new Turns.Bounds(1, 16, 1L << 30), System::nanoTime);

    @AfterEach
    void close() {
        host.close();
        turns.close();
    }

    /** Adds one so many times, one after the other. */
    private ModelSpec adder(long version, int times, ModelSpec.Policy policy) throws IOException {
        GraphBuilder graph = new GraphBuilder("adder");
        Dimension rows = Dimension.named("rows");
        String last = graph.input("x", TensorType.FP32, rows);
        String one = graph.floats(new float[] {1}, 1);
        for (int i = 1; i <= times; i++) {
            String next = i == times ? "y" : "y" + i;
            graph.node("", "Add", List.of(last, one), List.of(next));
            last = next;
        }
        graph.output("y", TensorType.FP32, rows);
        Path file = folder.resolve("adder-" + version + ".onnx");
        graph.save(file);
        return new ModelSpec(
                "adder",
                version,
                file,
                SessionSettings.DEFAULT,
                List.of(Map.of("x", Tensor.of(new long[] {1}, new float[1]))),
                10 * MIB,
                true,
                policy);
    }

    private static Work work(int elements) {
        return new Work(
                Map.of("x", Tensor.of(new long[] {elements}, new float[elements])),
                List.of("y"),
                0,
                Duration.ofSeconds(60),
                new Cancellation());
    }

    /** Asks the version that answers now; the future has what became of it. */
    private CompletableFuture<String> ask(Work work) throws InterruptedException {
        CompletableFuture<String> outcome = new CompletableFuture<>();
        CountDownLatch leased = new CountDownLatch(1);
        Thread.ofPlatform()
                .start(() -> {
                    try (ModelLease lease = host.lease("adder")) {
                        leased.countDown();
                        lease.run(turns, work);
                        outcome.complete("answered");
                    } catch (VitrineException e) {
                        outcome.complete(e.code() + ": " + e.getMessage());
                    } catch (RuntimeException | Error e) {
                        outcome.completeExceptionally(e);
                    }
                });
        leased.await();
        return outcome;
    }

    private void awaitReserved(long bytes) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (host.memory().reserved() != bytes && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(host.memory().reserved()).isEqualTo(bytes);
    }

    @Test
    void aRunThatDoesNotEndInTimeIsEnded() throws Exception {
        host.load(adder(1, 4_000, ModelSpec.Policy.LOAD_BESIDE));
        Work work = work(4_000_000); // takes more than ten seconds
        CompletableFuture<String> outcome = ask(work);
        host.load(adder(2, 1, ModelSpec.Policy.LOAD_BESIDE));
        assertThat(outcome.get(60, TimeUnit.SECONDS))
                .startsWith("MODEL_NOT_READY: version 1 of 'adder' was taken away");
        assertThat(work.cancellation().isCancelled()).as("the caller did not go away").isFalse();
        awaitReserved(10 * MIB);
    }

    @Test
    void whatWaitsForATurnIsEndedToo() throws Exception {
        host.load(adder(1, 1, ModelSpec.Policy.LOAD_BESIDE));
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        Thread other =
                Thread.ofPlatform()
                        .start(() ->
                                turns.run(
                                        new BatchQueue(new BatchLimit(1), false),
                                        (inputs, outputs, cancellation, scratch) -> {
                                            busy.countDown();
                                            await(done);
                                            return inputs;
                                        },
                                        work(1)));
        busy.await();
        CompletableFuture<String> outcome = ask(work(1));
        host.load(adder(2, 1, ModelSpec.Policy.UNLOAD_FIRST));
        assertThat(outcome.get(60, TimeUnit.SECONDS)).startsWith("MODEL_NOT_READY");
        assertThat(host.live("adder")).hasValue(2);
        assertThat(host.memory().mostReserved()).isEqualTo(10 * MIB);
        done.countDown();
        other.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nothingIsLoadedBesideWhatHadToGoFirst() throws Exception {
        host.load(adder(1, 1, ModelSpec.Policy.LOAD_BESIDE));
        ModelSpec second = adder(2, 1, ModelSpec.Policy.UNLOAD_FIRST);
        try (ModelLease kept = host.lease("adder")) {
            for (int i = 0; i < 2; i++) { // Trying again does not help while it is kept.
                assertThatThrownBy(() -> host.load(second))
                        .hasMessageContaining("adder/2 is not loaded: version 1 has to go first")
                        .hasMessageContaining("1 requests under way")
                        .extracting(e -> ((VitrineException) e).code())
                        .isEqualTo(InferenceError.MODEL_NOT_READY);
            }
            assertThatThrownBy(() -> kept.run(turns, work(1))).hasMessageContaining("taken away");
            assertThat(host.list())
                    .extracting(s -> s.spec().version() + " " + s.state() + " " + s.live())
                    .containsExactly("1 DRAINING false", "2 FAILED false");
            assertThatThrownBy(() -> host.lease("adder")).hasMessageContaining("not ready");
        }
        awaitReserved(0);
        host.load(second);
        assertThat(host.live("adder")).hasValue(2);
        assertThat(host.memory().mostReserved()).isEqualTo(10 * MIB);
    }
}
