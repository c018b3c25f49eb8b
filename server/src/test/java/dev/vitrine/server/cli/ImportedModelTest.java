package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.GraphBuilder;
import dev.vitrine.inference.graph.RandomModels;
import dev.vitrine.inference.host.ModelSpec;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port.Dimension;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.inference.tensor.TensorType;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelManifest;
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
import dev.vitrine.server.wiring.ServingOptions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a file to an answer: imported, registered, loaded, asked, replaced. */
class ImportedModelTest {
    @TempDir Path folder;
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    private Path adder(float number) throws IOException {
        GraphBuilder graph = new GraphBuilder("adder");
        Dimension rows = Dimension.named("rows");
        String x = graph.input("x", TensorType.FP32, rows);
        graph.node("", "Add", List.of(x, graph.floats(new float[] {number}, 1)), List.of("y"));
        graph.output("y", TensorType.FP32, rows);
        Path file = folder.resolve("adder.onnx");
        graph.save(file);
        return file;
    }

    private ServedModels served(ReleaseStore releases, ArtifactStore artifacts) {
        return new ServedModels(
                releases,
                artifacts,
                folder.resolve("served-models"),
                1L << 30,
                new ModelMeters(new SimpleMeterRegistry()),
                new ModelStates(registry),
                InstantSource.system());
    }

    private static String ask(ServedModels models, OptionalLong version) {
        InferencePort.Outcome outcome =
                models.infer(
                        InferCall.of(
                                "adder",
                                version,
                                new InferRequest(
                                        "",
                                        Map.of("x", Tensor.of(new long[] {1}, new float[] {1})),
                                        List.of(),
                                        false)));
        return outcome.version()
                + ": "
                + Objects.requireNonNull(outcome.outputs().get("y")).floats()[0];
    }

    @Test
    void anImportedModelAnswersAndIsReplaced() throws IOException {
        try (Home home = Home.open(folder.resolve("home"));
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ArtifactStore artifacts = ArtifactStore.open(home.artifacts());
            assertThat(ModelImport.run(home, adder(10), null, false).ref().toString())
                    .isEqualTo("adder/1");
            try (ServedModels models = served(releases, artifacts)) {
                models.begin();
                models.loadAll();
                assertThat(ask(models, OptionalLong.empty())).isEqualTo("1: 11.0");
                ModelImport.run(home, adder(20), "adder", true);
                assertThat(ask(models, OptionalLong.empty())).isEqualTo("1: 11.0");
                assertThat(models.repository())
                        .extracting(InferencePort.Listed::state)
                        .containsExactlyInAnyOrder("READY", "UNAVAILABLE");
                models.load("adder");
                assertThat(ask(models, OptionalLong.empty())).isEqualTo("2: 21.0");
                assertThat(ask(models, OptionalLong.of(2))).isEqualTo("2: 21.0");
                assertThat(models.model("adder", OptionalLong.empty()).versions())
                        .containsExactly(2L);
                models.unload("adder");
                assertThatThrownBy(() -> ask(models, OptionalLong.empty()))
                        .hasMessageContaining("not ready");
            }
        }
    }

    @Test
    void whatWasAskedWarmsTheNextVersion() throws IOException {
        try (Home home = Home.open(folder.resolve("home"));
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ModelImport.run(home, adder(10), null, false);
            try (ServedModels models = served(releases, ArtifactStore.open(home.artifacts()))) {
                models.load("adder");
                ask(models, OptionalLong.empty());
                Path file = models.record("adder", 3);
                assertThatThrownBy(() -> ask(models, OptionalLong.of(9)))
                        .isInstanceOf(VitrineException.class);
                for (int i = 0; i < 5; i++) {
                    ask(models, OptionalLong.empty());
                }
                assertThat(Files.readAllLines(file))
                        .hasSize(3)
                        .containsOnly(
                                "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\","
                                        + "\"shape\":[1],\"data\":[1.0]}]}");
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                ImportedModel.Declared usual =
                        new ImportedModel.Declared(
                                false,
                                List.of(),
                                ModelSpec.Policy.LOAD_BESIDE,
                                false,
                                ServingOptions.NONE,
                                ImportedModel.pads(""),
                                SessionSettings.DEFAULT);
                ModelImport.run(home, adder(20), "adder", Optional.of(file), usual);
                models.load("adder");
                assertThat(ask(models, OptionalLong.empty())).isEqualTo("2: 21.0");
                models.record("adder", 1_000);
                ask(models, OptionalLong.empty());
                models.record("adder", 0);
                ask(models, OptionalLong.empty());
                assertThat(Files.readAllLines(file)).hasSize(1);
                assertThatThrownBy(() -> models.record("nobody", 1))
                        .isInstanceOf(VitrineException.class);
            }
        }
    }

    @Test
    void whatFillsUpRequestsIsKeptAndChecked() throws IOException {
        Path encoder = folder.resolve("encoder.onnx");
        RandomModels.encoder(1, 24, 7).save(encoder);
        try (Home home = Home.open(folder.resolve("home"))) {
            ImportedModel.Declared declared =
                    new ImportedModel.Declared(
                            false,
                            List.of(),
                            ModelSpec.Policy.LOAD_BESIDE,
                            false,
                            ServingOptions.NONE,
                            ImportedModel.pads("input_ids=0,attention_mask=0"),
                            SessionSettings.DEFAULT);
            assertThat(
                            ModelImport.run(home, encoder, null, Optional.empty(), declared)
                                    .manifest()
                                    .parameters())
                    .containsEntry("pad", "attention_mask=0.0,input_ids=0.0");
            ImportedModel.Declared half =
                    new ImportedModel.Declared(
                            false,
                            List.of(),
                            ModelSpec.Policy.LOAD_BESIDE,
                            false,
                            ServingOptions.NONE,
                            ImportedModel.pads("input_ids=0"),
                            SessionSettings.DEFAULT);
            assertThatThrownBy(() -> ModelImport.run(home, encoder, null, Optional.empty(), half))
                    .hasMessageContaining("attention_mask");
            assertThatThrownBy(() -> ImportedModel.pads("input_ids"))
                    .hasMessageContaining("INPUT=NUMBER");
        }
    }

    @Test
    void whatARunUsesIsKeptAndHeededAtTheLoad() throws IOException {
        int most = SessionSettings.mostThreads();
        try (Home home = Home.open(folder.resolve("home"));
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ImportedModel.Declared usual = ImportedModel.Declared.NOTHING;
            assertThat(usual.parameters("adder.onnx")).doesNotContainKeys("threads", "device");
            Map<String, String> parameters =
                    declared(new SessionSettings(most, SessionSettings.Device.CUDA))
                            .parameters("adder.onnx");
            assertThat(parameters)
                    .containsEntry("threads", Integer.toString(most))
                    .containsEntry("device", "cuda");
            SessionSettings settings = new SessionSettings(most, SessionSettings.Device.CPU);
            ModelVersion version =
                    ModelImport.run(home, adder(10), null, Optional.empty(), declared(settings));
            assertThat(ImportedModel.Declared.of(version).settings()).isEqualTo(settings);
            try (ServedModels models = served(releases, ArtifactStore.open(home.artifacts()))) {
                models.load("adder");
                assertThat(ask(models, OptionalLong.empty())).isEqualTo("1: 11.0");
            }
        }
    }

    @Test
    void threadsOfALargerMachineBecomeThoseOfThisOne() throws IOException {
        try (Home home = Home.open(folder.resolve("home"));
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ModelVersion small = ModelImport.run(home, adder(10), null, false);
            Map<String, String> parameters = new TreeMap<>(small.manifest().parameters());
            parameters.put("threads", "4096");
            ModelManifest manifest = small.manifest();
            ModelVersion large =
                    releases.register(
                            new ModelManifest(
                                    manifest.name(),
                                    manifest.kind(),
                                    manifest.artifact(),
                                    "",
                                    "",
                                    parameters,
                                    Map.of(),
                                    List.of(),
                                    manifest.createdAt(),
                                    "import"));
            assertThat(ImportedModel.Declared.of(large).settings().threads())
                    .isEqualTo(SessionSettings.mostThreads());
        }
    }

    @Test
    void aDeviceThatIsMissingIsSaidAtTheImport() throws IOException {
        Path model = adder(10);
        try (Home home = Home.open(folder.resolve("home"))) {
            ImportedModel.Declared cuda =
                    declared(new SessionSettings(1, SessionSettings.Device.CUDA));
            assertThatThrownBy(() -> ModelImport.run(home, model, null, Optional.empty(), cuda))
                    .isInstanceOfSatisfying(
                            VitrineException.class,
                            e -> assertThat(e.code()).isEqualTo(InferenceError.DEVICE_MISSING))
                    .hasMessageContaining("no CUDA")
                    .hasMessageContaining("CPU");
            assertThatThrownBy(() -> ImportedModel.device("tpu"))
                    .hasMessageContaining("cpu or cuda, found 'tpu'");
        }
    }

    @Test
    void aLadderNamesModelsThatCanAnswer() throws IOException {
        Path model = adder(10);
        Path other = folder.resolve("other.onnx");
        RandomModels.ranker(8, new int[] {8}, 1).save(other);
        try (Home home = Home.open(folder.resolve("home"));
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            assertThatThrownBy(() -> withLadder(home, model, "adder"))
                    .hasMessageContaining("'adder' is the model itself");
            assertThatThrownBy(() -> withLadder(home, model, "small"))
                    .hasMessageContaining("no imported model 'small'; import it first");
            ModelImport.run(home, other, "small", false);
            assertThatThrownBy(() -> withLadder(home, model, "small"))
                    .hasMessageContaining("names small/1, which cannot answer for it: input 'x'");
            ModelImport.run(home, model, "small", false);
            assertThat(withLadder(home, model, "small").ref().toString()).isEqualTo("adder/1");
            ModelImport.run(home, other, "small", false);
            List<String> lines = new CopyOnWriteArrayList<>();
            Handler handler = handler(lines);
            Logger logger = Logger.getLogger(ServedModels.class.getName());
            logger.addHandler(handler);
            try (ServedModels models = served(releases, ArtifactStore.open(home.artifacts()))) {
                models.begin();
                models.loadAll();
            } finally {
                logger.removeHandler(handler);
            }
            assertThat(lines)
                    .filteredOn(line -> line.contains("names small/3, which cannot answer"))
                    .hasSize(1);
        }
    }

    private static ModelVersion withLadder(Home home, Path model, String step) {
        return ModelImport.run(
                home,
                model,
                "adder",
                Optional.empty(),
                new ImportedModel.Declared(
                        false,
                        List.of(),
                        ModelSpec.Policy.LOAD_BESIDE,
                        false,
                        ServingOptions.of("", "", "", false, step),
                        Map.of(),
                        SessionSettings.DEFAULT));
    }

    private static Handler handler(List<String> lines) {
        return new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }

    private static ImportedModel.Declared declared(SessionSettings settings) {
        return new ImportedModel.Declared(
                false,
                List.of(),
                ModelSpec.Policy.LOAD_BESIDE,
                false,
                ServingOptions.NONE,
                Map.of(),
                settings);
    }

    @Test
    void aDamagedArtefactIsNotLoaded() throws IOException {
        try (Home home = Home.open(folder.resolve("home"));
                ReleaseStore releases = ReleaseStore.open(home.registry())) {
            ArtifactStore artifacts = ArtifactStore.open(home.artifacts());
            Path stored =
                    artifacts
                            .open(ModelImport.run(home, adder(10), null, false).artifact())
                            .directory();
            Path model = stored.resolve("model.onnx");
            byte[] bytes = Files.readAllBytes(model);
            bytes[bytes.length / 2] ^= 1;
            assertThat(model.toFile().setWritable(true)).isTrue();
            Files.write(model, bytes);
            try (ServedModels models = served(releases, artifacts)) {
                assertThatThrownBy(() -> models.load("adder"))
                        .isInstanceOf(VitrineException.class)
                        .hasMessageContaining("model.onnx");
                models.begin();
                models.loadAll();
                assertThat(models.repository())
                        .extracting(InferencePort.Listed::state)
                        .containsExactly("UNAVAILABLE");
            }
        }
    }
}
