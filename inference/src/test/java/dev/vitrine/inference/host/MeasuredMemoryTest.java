package dev.vitrine.inference.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.vitrine.inference.graph.RandomModels;
import dev.vitrine.inference.platform.BackgroundThread;
import dev.vitrine.inference.platform.NativeMemory;
import dev.vitrine.inference.platform.ProcessMemory;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a version takes is measured, corrected and given back. */
class MeasuredMemoryTest {
    /** Fields of stat(5). */
    private static final int NICE = 19;

    private static final int POLICY = 41;
    private static final int SCHED_IDLE = 5;
    private static final long MIB = 1 << 20;
    private static final int WIDTH = 64;
    private static final int WIDE = 2_048;
    private static final long WEIGHTS = (WIDTH + WIDE + 1L) * WIDE * Float.BYTES;
    private static final long FOR_RUNS = 8 * MIB;
    private static final int MODELS = 9;

    @TempDir Path folder;

    private ModelSpec ranker(long version, int hidden) throws IOException {
        Path file = folder.resolve("ranker-" + version + ".onnx");
        RandomModels.ranker(WIDTH, new int[] {hidden, hidden}, version).save(file);
        return new ModelSpec(
                "ranker",
                version,
                file,
                SessionSettings.DEFAULT,
                List.of(Map.of("features", Tensor.of(new long[] {1, WIDTH}, new float[WIDTH]))),
                20 * MIB,
                true,
                ModelSpec.Policy.LOAD_BESIDE);
    }

    private static ModelHost host(long limit, NativeMemory memory) {
        return host(limit, memory, event -> {});
    }

    private static ModelHost host(
            long limit, NativeMemory memory, Consumer<VersionEvent> listener) {
        return new ModelHost(
                new MemoryBudget(limit),
                memory,
                Duration.ofSeconds(5),
                InstantSource.system(),
                listener);
    }

    /** Says what the test says. */
    private static final class Told implements NativeMemory {
        private final long[] answers;
        private int asked;

        Told(long... answers) {
            this.answers = answers;
        }

        @Override
        public OptionalLong used(Path directory) {
            return OptionalLong.of(answers[asked++]);
        }

        @Override
        public void giveBack() {}
    }

    @Test
    void theReservationBecomesWhatWasMeasured() throws Exception {
        try (ModelHost host = host(1_000 * MIB, new Told(500 * MIB, 660 * MIB))) {
            host.load(ranker(1, 8));
            assertThat(host.memory().reserved()).isEqualTo(170 * MIB);
            assertThat(host.list().getFirst().bytes()).isEqualTo(170 * MIB);
        }
    }

    /** As where an older version gives its memory back between the two looks. */
    @Test
    void itsFilesAreTheLeastThatAVersionCountsFor() throws Exception {
        ModelSpec spec = ranker(1, 8);
        ModelSpec large =
                new ModelSpec(
                        spec.name(),
                        spec.version(),
                        spec.file(),
                        spec.settings(),
                        spec.warmup(),
                        spec.bytes(),
                        17 * MIB,
                        spec.batchable(),
                        spec.pads(),
                        spec.policy());
        try (ModelHost host = host(1_000 * MIB, new Told(500 * MIB, 490 * MIB))) {
            host.load(large);
            assertThat(host.memory().reserved()).isEqualTo(17 * MIB + FOR_RUNS);
        }
    }

    @Test
    void whatTurnsOutNotToFitIsRefusedAndTheRestStaysUp() throws Exception {
        try (ModelHost host = host(100 * MIB, new Told(0, MIB, MIB, 200 * MIB))) {
            host.load(ranker(1, 8));
            assertThatThrownBy(() -> host.load(ranker(2, 8)))
                    .hasMessageContaining("ranker/2, as measured, needs 212 MiB")
                    .hasMessageContaining("91 MiB are free");
            assertThat(host.memory().reserved()).isEqualTo(9 * MIB);
            host.lease("ranker", 1).close();
        }
    }

    /**
     * What the process takes and gives back meanwhile, as its compiler does, is in each figure, and
     * with much else to do it may be as much as a model; the middle one of many it does not move.
     */
    @Test
    void whatIsMeasuredIsAboutWhatTheWeightsTake() throws Exception {
        NativeMemory memory = ProcessMemory.open();
        assumeThat(memory.used(folder)).isPresent();
        ModelSpec one = ranker(1, WIDE);
        try (ModelHost host = host(1_000 * MIB, memory)) {
            for (int i = 0; i < MODELS; i++) {
                host.load(called("ranker-" + i, one));
            }
            List<Long> measured =
                    host.list().stream().map(ModelHost.Status::bytes).sorted().toList();
            assertThat(measured).hasSize(MODELS);
            assertThat(measured.get(MODELS / 2))
                    .as("the middle one of %s", measured)
                    .isCloseTo(WEIGHTS + FOR_RUNS, within(4 * MIB));
        }
    }

    private static ModelSpec called(String name, ModelSpec spec) {
        return new ModelSpec(
                name,
                spec.version(),
                spec.file(),
                spec.settings(),
                spec.warmup(),
                spec.bytes(),
                true,
                spec.policy());
    }

    @Test
    void memoryComesBackAfterEachUnload() throws Exception {
        assumeThat(Files.exists(Path.of("/proc/self/status"))).isTrue();
        NativeMemory memory = ProcessMemory.open();
        assumeThat(memory.used(folder)).isPresent();
        List<ModelSpec> versions = new ArrayList<>(); // built first: that takes heap
        for (long version = 1; version <= 12; version++) {
            versions.add(ranker(version, WIDE));
        }
        try (ModelHost host = host(1_000 * MIB, memory)) {
            host.load(versions.getFirst());
            long once = resident();
            versions.subList(1, 12).forEach(host::load);
            host.unload("ranker");
            awaitNothing(host);
            assertThat(resident()).isLessThan(once + 10 * MIB);
        }
    }

    private static void awaitNothing(ModelHost host) throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        while (host.memory().reserved() > 0 && System.nanoTime() < end) {
            Thread.sleep(5);
        }
        assertThat(host.memory().reserved()).isZero();
    }

    private static long resident() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void backgroundWorkRunsAtTheLowestPriority() throws Exception {
        assumeThat(Files.exists(Path.of("/proc/thread-self/stat"))).isTrue();
        try (BackgroundThread thread = new BackgroundThread("background")) {
            assertThat(thread.call(() -> ofThisThread(NICE))).isEqualTo(19);
            assertThat(thread.call(() -> ofThisThread(POLICY))).isEqualTo(SCHED_IDLE);
            assertThat(ofThisThread(NICE)).isNotEqualTo(19);
            assertThat(ofThisThread(POLICY)).isZero();
            assertThatThrownBy(() ->
                            thread.run(() -> {
                                throw new IllegalArgumentException("as it was");
                            }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("as it was");
        }
    }

    @Test
    void closingGivesWayToo() throws Exception {
        assumeThat(Files.exists(Path.of("/proc/thread-self/stat"))).isTrue();
        CompletableFuture<Integer> policy = new CompletableFuture<>();
        Consumer<VersionEvent> listener =
                event -> {
                    if (event.state() == VersionState.UNLOADED) {
                        policy.complete(ofThisThread(POLICY));
                    }
                };
        try (ModelHost host = host(100 * MIB, NativeMemory.UNKNOWN, listener)) {
            host.load(ranker(1, 8));
            host.unload("ranker");
            assertThat(policy.get(10, TimeUnit.SECONDS)).isEqualTo(SCHED_IDLE);
        }
    }

    /** A field of stat(5), counted behind the name in brackets, which may have spaces. */
    private static int ofThisThread(int field) {
        try {
            String stat = Files.readString(Path.of("/proc/thread-self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return Integer.parseInt(fields[field - 3]);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
