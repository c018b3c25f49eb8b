package dev.vitrine.inference.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.RandomModels;
import dev.vitrine.inference.platform.BackgroundThread;
import dev.vitrine.inference.platform.NativeMemory;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Threads of models answer requests, whoever had them loaded. */
class SessionOpenerTest {
    private static final Path TASKS = Path.of("/proc/self/task");

    /** Fields of stat(5). */
    private static final int NICE = 19;

    private static final int POLICY = 41;

    @TempDir Path folder;

    private ModelSpec ranker(SessionSettings settings) throws IOException {
        Path file = folder.resolve("ranker.onnx");
        RandomModels.ranker(8, new int[] {8, 8}, 1).save(file);
        return new ModelSpec(
                "ranker",
                1,
                file,
                settings,
                List.of(Map.of("features", Tensor.of(new long[] {1, 8}, new float[8]))),
                1 << 20,
                true,
                ModelSpec.Policy.LOAD_BESIDE);
    }

    private static ModelHost host() {
        return new ModelHost(
                new MemoryBudget(100 << 20),
                NativeMemory.UNKNOWN,
                Duration.ofSeconds(5),
                InstantSource.system(),
                event -> {});
    }

    @Test
    void threadsOfAModelThatWasLoadedInTheBackgroundDoNotGiveWay() throws Exception {
        assumeThat(Files.isDirectory(TASKS)).isTrue();
        int threads = SessionSettings.mostThreads();
        assumeThat(threads).as("a run of one thread starts none").isGreaterThan(1);
        String usual = scheduling(Path.of("/proc/thread-self/stat"));
        ModelSpec spec = ranker(new SessionSettings(threads, SessionSettings.Device.CPU));
        try (ModelHost host = host();
                BackgroundThread loader = new BackgroundThread("loader")) {
            assertThat(loader.call(() -> scheduling(Path.of("/proc/thread-self/stat"))))
                    .isEqualTo("policy 5, nice 19");
            Map<Path, String> before = tasks();
            loader.run(() -> host.load(spec));
            Map<Path, String> started = tasks();
            started.keySet().removeAll(before.keySet());
            assertThat(started.values())
                    .as("one thread of a run is its caller's")
                    .hasSizeGreaterThanOrEqualTo(threads - 1)
                    .containsOnly(usual);
        }
    }

    @Test
    void whatIsWrongIsSaidWhereverItIsOpened() throws IOException {
        ModelSpec spec = ranker(new SessionSettings(1, SessionSettings.Device.CUDA));
        try (ModelHost host = host()) {
            assertThatThrownBy(() -> host.load(spec))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(InferenceError.DEVICE_MISSING))
                    .hasMessageContaining("CPU");
        }
    }

    private static Map<Path, String> tasks() throws IOException {
        Map<Path, String> tasks = new HashMap<>();
        try (Stream<Path> all = Files.list(TASKS)) {
            for (Path task : all.toList()) {
                if (Files.exists(task)) {
                    tasks.put(task, scheduling(task.resolve("stat")));
                }
            }
        }
        return tasks;
    }

    /** Fields are counted behind the name in brackets, which may have spaces. */
    private static String scheduling(Path file) {
        try {
            String stat = Files.readString(file);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return "policy " + fields[POLICY - 3] + ", nice " + fields[NICE - 3];
        } catch (IOException e) {
            return "ended";
        }
    }
}
