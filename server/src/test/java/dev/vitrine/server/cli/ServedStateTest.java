package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.host.ModelSpec;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.InferRequest;
import dev.vitrine.server.telemetry.ModelMeters;
import dev.vitrine.server.telemetry.ModelStates;
import dev.vitrine.server.wiring.ImportedModel;
import dev.vitrine.server.wiring.ServedModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is served, what is seen of it, and that a restart serves the same. */
class ServedStateTest {
    @TempDir Path folder;
    private Optional<Home> home = Optional.empty();
    private Optional<ReleaseStore> releases = Optional.empty();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final ModelStates states = new ModelStates(registry);

    @BeforeEach
    void open() {
        home = Optional.of(Home.open(folder.resolve("home")));
        releases = Optional.of(ReleaseStore.open(home.get().registry()));
    }

    @AfterEach
    void close() {
        releases.orElseThrow().close();
        home.orElseThrow().close();
    }

    private ServedModels start() {
        return start(1L << 30);
    }

    private ServedModels start(long bytes) {
        ServedModels models =
                new ServedModels(
                        releases.orElseThrow(),
                        ArtifactStore.open(home.orElseThrow().artifacts()),
                        home.orElseThrow().root().resolve("served-models"),
                        bytes,
                        new ModelMeters(registry),
                        states,
                        InstantSource.system());
        models.begin();
        models.loadAll();
        return models;
    }

    private ModelVersion bring(float number, List<String> labels, String... warmup)
            throws IOException {
        return bring(number, labels, false, warmup);
    }

    private ModelVersion bring(
            float number, List<String> labels, boolean blendable, String... warmup)
            throws IOException {
        GraphBuilder graph = new GraphBuilder("adder");
        Dimension rows = Dimension.named("rows");
        String x = graph.input("x", TensorType.FP32, rows);
        graph.node("", "Add", List.of(x, graph.floats(new float[] {number}, 1)), List.of("y"));
        graph.output("y", TensorType.FP32, rows);
        Path file = folder.resolve("adder.onnx");
        graph.save(file);
        Path lines = folder.resolve("warmup.jsonl");
        Files.write(lines, List.of(warmup));
        return ModelImport.run(
                home.orElseThrow(),
                file,
                null,
                warmup.length == 0 ? Optional.empty() : Optional.of(lines),
                new ImportedModel.Declared(false, labels, ModelSpec.Policy.LOAD_BESIDE, blendable));
    }

    private static long answering(ServedModels models, OptionalLong version) {
        return run(models, version).version();
    }

    private static InferencePort.Outcome run(ServedModels models, OptionalLong version) {
        return models.infer(
                InferCall.of(
                        "adder",
                        version,
                        new InferRequest(
                                "",
                                Map.of("x", Tensor.of(new long[] {1}, new float[] {1})),
                                List.of(),
                                false)));
    }

    private static long answering(ServedModels models) {
        return answering(models, OptionalLong.empty());
    }

    @Test
    void aRestartServesWhatWasServed() throws IOException {
        bring(1, List.of("stable"));
        try (ServedModels models = start()) {
            bring(2, List.of());
            models.load("adder");
            assertThat(answering(models)).isEqualTo(2);
            assertThat(answering(models, OptionalLong.of(1))).isEqualTo(1);
            bring(3, List.of("stable")); // not loaded: nobody said so
        }
        try (ServedModels models = start()) {
            assertThat(answering(models)).isEqualTo(2);
            assertThat(answering(models, OptionalLong.of(1))).isEqualTo(1);
            models.load("adder");
            assertThat(answering(models)).isEqualTo(3);
            assertThatThrownBy(() -> answering(models, OptionalLong.of(1)))
                    .hasMessageContaining("not ready"); // its label went to 3
            models.unload("adder");
        }
        try (ServedModels models = start()) {
            assertThatThrownBy(() -> answering(models)).hasMessageContaining("no model 'adder'");
            models.load("adder");
            assertThat(answering(models)).isEqualTo(3);
        }
    }

    @Test
    void aDamagedLabelledVersionLeavesTheOneThatAnswers() throws IOException {
        ModelVersion stable = bring(1, List.of("stable"));
        try (ServedModels models = start()) {
            bring(2, List.of());
            models.load("adder");
        }
        Path damaged =
                ArtifactStore.open(home.orElseThrow().artifacts())
                        .open(stable.artifact())
                        .file("model.onnx");
        assertThat(damaged.toFile().setWritable(true)).isTrue();
        byte[] bytes = Files.readAllBytes(damaged);
        bytes[bytes.length / 2] ^= 1;
        Files.write(damaged, bytes);
        try (ServedModels models = start()) {
            assertThat(answering(models)).isEqualTo(2);
            assertThatThrownBy(() -> answering(models, OptionalLong.of(1)))
                    .hasMessageContaining("no version 1");
            assertThat(models.problem()).isEmpty();
            assertThat(models.repository().getFirst().failed()).isTrue();
            assertThat(models.repository().getFirst().reason()).contains("model.onnx");
        }
    }

    @Test
    void theRepositorySaysWhyAVersionDoesNotAnswer() throws IOException {
        bring(1, List.of());
        try (ServedModels models = start(30L << 20)) { // Less than any model is taken to need.
            assertThatThrownBy(() -> models.load("adder")).hasMessageContaining("does not fit");
            assertThat(models.repository())
                    .singleElement()
                    .satisfies(listed -> {
                        assertThat(listed.state()).isEqualTo("UNAVAILABLE");
                        assertThat(listed.failed()).isTrue();
                        assertThat(listed.reason())
                                .startsWith("model adder/1 needs 33 MiB")
                                .contains("30 MiB");
                    });
        }
        try (ServedModels models = start()) {
            assertThat(models.repository())
                    .extracting(InferencePort.Listed::reason)
                    .containsExactly("");
            models.unload("adder");
            bring(2, List.of());
            awaitUnloaded(models);
            assertThat(models.repository())
                    .extracting(each -> each.reason() + " " + each.failed())
                    .containsExactly("unloaded false", "not loaded false");
        }
    }

    private static void awaitUnloaded(ServedModels models) {
        while (models.repository().getFirst().state().equals("UNLOADING")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aLabelMovesAndLetsGo() throws IOException {
        bring(1, List.of("stable"));
        try (ServedModels models = start()) {
            bring(2, List.of("canary"));
            models.load("adder");
            models.label("adder", "stable", OptionalLong.of(2));
            assertThatThrownBy(() -> answering(models, OptionalLong.of(1)))
                    .hasMessageContaining("not ready");
            assertThatThrownBy(() -> models.label("adder", "stable", OptionalLong.of(1)))
                    .hasMessageContaining("version 1");
            assertThatThrownBy(() -> models.label("adder", "no label", OptionalLong.of(2)))
                    .hasMessageContaining("'no label' is not a label");
            models.label("adder", "canary", OptionalLong.empty());
        }
        assertThat(Files.readString(home.orElseThrow().root().resolve("served-models")))
                .isEqualTo("vitrine-served-models 1\nadder 2 stable=2\n");
    }

    @Test
    void warmUpRequestsHaveToSucceed() throws IOException {
        String good =
                "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1,2]}]}";
        bring(1, List.of(), good, "", good);
        assertThatThrownBy(() -> bring(2, List.of(), good, good.replace("\"x\"", "\"z\"")))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("'x' is missing");
        assertThatThrownBy(() -> bring(2, List.of(), good, "{\"inputs\":"))
                .hasMessageContaining("warmup.jsonl, line 2");
        try (ServedModels models = start()) {
            assertThat(answering(models)).isEqualTo(1);
        }
    }

    @Test
    void changesAreSeen() throws IOException {
        bring(1, List.of());
        try (ServedModels models = start()) {
            assertThat(models.problem()).isEmpty();
            assertThat(models.changes(0, 100))
                    .extracting(c -> c.number() + " " + c.version() + " " + c.state())
                    .containsExactly("1 1 LOADING", "2 1 WARMING", "3 1 READY");
            assertThat(gauges()).containsExactly("adder 1 READY");
            bring(2, List.of());
            models.load("adder");
            assertThat(models.changes(3, 2))
                    .extracting(c -> c.version() + " " + c.state())
                    .containsExactly("2 LOADING", "2 WARMING");
        }
        assertThat(gauges()).isEmpty();
    }

    @Test
    void blendingStepsFromOneToTheOtherAndDropsNothing() throws Exception {
        ModelRef from = bring(10, List.of(), true).ref();
        try (ServedModels models = start()) {
            ModelRef to = bring(30, List.of(), true).ref();
            AtomicBoolean on = new AtomicBoolean(true);
            AtomicReference<Throwable> failure = new AtomicReference<>();
            AtomicInteger asked = new AtomicInteger();
            Thread client =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    while (on.get()) {
                                        answer(models);
                                        asked.incrementAndGet();
                                    }
                                } catch (RuntimeException e) {
                                    failure.set(e);
                                }
                            });
            List<String> seen = new ArrayList<>();
            new ModelTransition(home.orElseThrow())
                    .run(
                            from,
                            to,
                            4,
                            (version, alpha) -> {
                                models.load("adder");
                                seen.add(version.version() + ": " + alpha + " " + answer(models));
                            });
            on.set(false);
            client.join();
            assertThat(seen)
                    .containsExactly("3: 0.25 16.0", "4: 0.5 21.0", "5: 0.75 26.0", "6: 1.0 31.0");
            assertThat(failure.get()).isNull();
            assertThat(asked.get()).isPositive();
            ModelRef plain = bring(50, List.of()).ref();
            assertThatThrownBy(() ->
                            new ModelTransition(home.orElseThrow())
                                    .run(from, plain, 2, (version, alpha) -> {}))
                    .hasMessageContaining("adder/7 was not declared blendable");
        }
    }

    private static float answer(ServedModels models) {
        return Objects.requireNonNull(run(models, OptionalLong.empty()).outputs().get("y"))
                .floats()[0];
    }

    private List<String> gauges() {
        return registry.find("vitrine.model.state").gauges().stream()
                .map(gauge ->
                        gauge.getId().getTag("model")
                                + " "
                                + gauge.getId().getTag("version")
                                + " "
                                + gauge.getId().getTag("state"))
                .toList();
    }

    @Test
    void modelsAreAwaitedBeforeTheServerIsReady() {
        try (ServedModels models =
                new ServedModels(
                        releases.orElseThrow(),
                        ArtifactStore.open(home.orElseThrow().artifacts()),
                        home.orElseThrow().root().resolve("served-models"),
                        1L << 30,
                        new ModelMeters(registry),
                        states,
                        InstantSource.system())) {
            assertThat(models.problem()).contains("models are about to be loaded");
            models.begin();
            models.loadAll();
            assertThat(models.problem()).isEmpty();
        }
    }

    @Test
    void aDamagedListIsNamed() throws IOException {
        Path list = home.orElseThrow().root().resolve("served-models");
        Files.writeString(list, "vitrine-served-models 1\nadder two\n");
        assertThatThrownBy(this::start).hasMessageContaining("line 2: 'adder two'");
    }
}
