package dev.vitrine.inference.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.platform.NativeMemory;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelHostTest {
    private static final long MIB = 1 << 20;

    @TempDir Path folder;
    private final List<String> events = Collections.synchronizedList(new ArrayList<>());
    private final ModelHost host =
            new ModelHost(
                    new MemoryBudget(30 * MIB),
                    NativeMemory.UNKNOWN,
                    Duration.ofSeconds(5),
                    InstantSource.system(),
                    event -> events.add(event.version() + " " + event.state()));

    @AfterEach
    void close() {
        host.close();
    }

    /** Adds its version to its input. */
    private ModelSpec adder(long version, ModelSpec.Policy policy, long bytes) throws IOException {
        GraphBuilder graph = new GraphBuilder("adder");
        Dimension rows = Dimension.named("rows");
        String x = graph.input("x", TensorType.FP32, rows);
        graph.node("", "Add", List.of(x, graph.floats(new float[] {version}, 1)), List.of("y"));
        graph.output("y", TensorType.FP32, rows);
        Path file = folder.resolve("adder-" + version + ".onnx");
        graph.save(file);
        return new ModelSpec(
                "adder",
                version,
                file,
                SessionSettings.DEFAULT,
                List.of(Map.of("x", Tensor.of(new long[] {1}, new float[1]))),
                bytes,
                true,
                policy);
    }

    private static float run(ModelLease lease) {
        return Objects.requireNonNull(
                        lease.session()
                                .run(Map.of("x", Tensor.of(new long[] {1}, new float[] {100})))
                                .get("y"))
                .floats()[0];
    }

    private float ask() {
        try (ModelLease lease = host.lease("adder")) {
            return run(lease);
        }
    }

    private void awaitUnloaded(long version) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (!events.contains(version + " UNLOADED") && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(events).contains(version + " UNLOADED");
    }

    @Test
    void aNewVersionTakesThePlaceOfTheOldOne() throws Exception {
        host.load(adder(1, ModelSpec.Policy.LOAD_BESIDE, 10 * MIB));
        assertThat(ask()).isEqualTo(101f);
        host.load(adder(2, ModelSpec.Policy.LOAD_BESIDE, 10 * MIB));
        assertThat(ask()).isEqualTo(102f);
        awaitUnloaded(1);
        assertThat(host.memory().reserved()).isEqualTo(10 * MIB);
        assertThat(events)
                .containsSubsequence(
                        "1 LOADING",
                        "1 WARMING",
                        "1 READY",
                        "2 LOADING",
                        "2 WARMING",
                        "2 READY",
                        "1 DRAINING",
                        "1 UNLOADED");
        assertThat(host.list())
                .extracting(s -> s.spec().version() + " " + s.state() + " " + s.live())
                .containsExactly("1 UNLOADED false", "2 READY true");
    }

    @Test
    void aRequestUnderWayKeepsItsVersion() throws Exception {
        host.load(adder(1, ModelSpec.Policy.LOAD_BESIDE, MIB));
        try (ModelLease old = host.lease("adder")) {
            host.load(adder(2, ModelSpec.Policy.LOAD_BESIDE, MIB));
            assertThat(run(old)).isEqualTo(101f);
            assertThat(host.memory().reserved()).isEqualTo(2 * MIB);
            assertThat(events).doesNotContain("1 UNLOADED");
        }
        awaitUnloaded(1);
        assertThat(host.memory().reserved()).isEqualTo(MIB);
    }

    @Test
    void whatIsBeingUnloadedIsWaitedForWhenItIsToBeLoadedAgain() throws Exception {
        ModelSpec spec = adder(1, ModelSpec.Policy.LOAD_BESIDE, MIB);
        host.load(spec);
        ModelLease last = host.lease("adder");
        host.unload("adder");
        Thread loading = Thread.ofPlatform().start(() -> host.load(spec));
        loading.join(100);
        assertThat(run(last)).isEqualTo(101f);
        last.close();
        loading.join();
        assertThat(ask()).isEqualTo(101f);
        assertThat(events).containsSubsequence("1 DRAINING", "1 UNLOADED", "1 LOADING", "1 READY");
    }

    @Test
    void whatDoesNotFitIsRefusedAndTheRestStaysUp() throws Exception {
        host.load(adder(1, ModelSpec.Policy.LOAD_BESIDE, 20 * MIB));
        ModelSpec large = adder(2, ModelSpec.Policy.LOAD_BESIDE, 11 * MIB);
        assertThatThrownBy(() -> host.load(large))
                .isInstanceOf(VitrineException.class)
                .hasMessage("model adder/2 needs 11 MiB; of 30 MiB for models 10 MiB are free")
                .extracting(e -> ((VitrineException) e).code())
                .isEqualTo(InferenceError.MODEL_TOO_LARGE);
        ModelSpec tooLarge = adder(3, ModelSpec.Policy.LOAD_BESIDE, 30 * MIB + 1);
        assertThatThrownBy(() -> host.load(tooLarge))
                .hasMessage(
                        "model adder/3 needs 31 MiB; of 30 MiB for models 10 MiB are free; it does"
                                + " not fit alone either");
        assertThat(ask()).isEqualTo(101f);
        host.load(adder(2, ModelSpec.Policy.UNLOAD_FIRST, 11 * MIB));
        assertThat(ask()).isEqualTo(102f);
        assertThat(host.memory().reserved()).isEqualTo(11 * MIB);
    }

    @Test
    void aVersionThatCannotBeLoadedChangesNothing() throws Exception {
        host.load(adder(1, ModelSpec.Policy.LOAD_BESIDE, MIB));
        ModelSpec broken = adder(2, ModelSpec.Policy.LOAD_BESIDE, MIB);
        Files.writeString(broken.file(), "not a model");
        assertThatThrownBy(() -> host.load(broken)).isInstanceOf(VitrineException.class);
        ModelSpec good = adder(3, ModelSpec.Policy.LOAD_BESIDE, MIB);
        ModelSpec wrongWarmup =
                new ModelSpec(
                        good.name(),
                        good.version(),
                        good.file(),
                        good.settings(),
                        List.of(Map.of("z", Tensor.of(new long[] {1}, new float[1]))),
                        MIB,
                        true,
                        good.policy());
        assertThatThrownBy(() -> host.load(wrongWarmup)).hasMessageContaining("'x' is missing");
        assertThat(ask()).isEqualTo(101f);
        assertThat(host.memory().reserved()).isEqualTo(MIB);
        assertThat(events).contains("2 FAILED", "3 FAILED");
        host.load(good);
        assertThat(ask()).isEqualTo(103f);
    }

    @Test
    void betweenTheOldAndTheNewOfUnloadFirstCallersAreToldToComeAgain() throws Exception {
        host.load(adder(1, ModelSpec.Policy.LOAD_BESIDE, MIB));
        ModelSpec broken = adder(2, ModelSpec.Policy.UNLOAD_FIRST, MIB);
        Files.writeString(broken.file(), "not a model");
        assertThatThrownBy(() -> host.load(broken)).isInstanceOf(VitrineException.class);
        assertThat(host.live("adder")).isEmpty();
        assertThatThrownBy(() -> host.lease("adder"))
                .extracting(e -> ((VitrineException) e).code().category())
                .isEqualTo(Category.UNAVAILABLE);
        host.load(adder(3, ModelSpec.Policy.UNLOAD_FIRST, MIB));
        assertThat(ask()).isEqualTo(103f);
    }

    @Test
    void aLabelledVersionStaysAndIsFoundByItsLabel() throws Exception {
        host.load(adder(1, ModelSpec.Policy.LOAD_BESIDE, MIB));
        host.label("adder", "stable", OptionalLong.of(1));
        host.load(adder(2, ModelSpec.Policy.LOAD_BESIDE, MIB));
        assertThat(ask()).isEqualTo(102f);
        try (ModelLease stable = host.lease("adder", "stable");
                ModelLease second = host.lease("adder", 2)) {
            assertThat(run(stable)).isEqualTo(101f);
            assertThat(run(second)).isEqualTo(102f);
        }
        assertThatThrownBy(() -> host.lease("adder", "canary")).hasMessageContaining("canary");
        assertThatThrownBy(() -> host.label("adder", "canary", OptionalLong.of(7)))
                .hasMessageContaining("7");
    }

    @Test
    void whatIsNotThereIsNamed() throws Exception {
        assertThatThrownBy(() -> host.lease("adder"))
                .hasMessageContaining("no model 'adder'")
                .extracting(e -> ((VitrineException) e).code())
                .isEqualTo(InferenceError.MODEL_UNKNOWN);
        host.load(adder(1, ModelSpec.Policy.LOAD_BESIDE, MIB));
        assertThatThrownBy(() -> host.lease("adder", 2)).hasMessageContaining("no version 2");
        host.unload("adder");
        assertThatThrownBy(() -> host.lease("adder"))
                .hasMessageContaining("not ready")
                .extracting(e -> ((VitrineException) e).code())
                .isEqualTo(InferenceError.MODEL_NOT_READY);
        awaitUnloaded(1);
        assertThat(host.memory().reserved()).isZero();
    }

    @Test
    void swappingUnderRequestsFailsNone() throws Exception {
        host.load(adder(1, ModelSpec.Policy.LOAD_BESIDE, MIB));
        AtomicInteger answered = new AtomicInteger();
        AtomicReference<Throwable> failed = new AtomicReference<>();
        List<Thread> clients = new ArrayList<>();
        boolean[] stop = new boolean[1];
        for (int c = 0; c < 4; c++) {
            clients.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    while (!stopped(stop)) {
                                        try (ModelLease lease = host.lease("adder")) {
                                            float y = run(lease);
                                            assertThat(y).isEqualTo(100f + lease.version());
                                        }
                                        answered.incrementAndGet();
                                    }
                                } catch (Throwable e) {
                                    failed.set(e);
                                }
                            }));
        }
        for (long version = 2; version <= 40; version++) {
            host.load(adder(version, ModelSpec.Policy.LOAD_BESIDE, MIB / 2));
        }
        synchronized (stop) {
            stop[0] = true;
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(failed.get()).isNull();
        assertThat(answered.get()).isGreaterThan(40);
        awaitReserved(MIB / 2);
        // Those that have ended are forgotten when the next one comes.
        host.load(adder(41, ModelSpec.Policy.LOAD_BESIDE, MIB / 2));
        assertThat(host.list().size()).isLessThan(25);
        awaitReserved(MIB / 2);
    }

    private void awaitReserved(long bytes) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (host.memory().reserved() != bytes && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(host.memory().reserved()).isEqualTo(bytes);
    }

    private static boolean stopped(boolean[] stop) {
        synchronized (stop) {
            return stop[0];
        }
    }
}
