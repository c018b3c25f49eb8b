package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.host.ModelSpec;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.retrieval.encoder.LoadedEncoder;
import dev.vitrine.retrieval.encoder.RandomEncoder;
import dev.vitrine.server.Home;
import dev.vitrine.server.wiring.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the directory of an encoder to a model of the registry. */
class EncoderImportTest {
    private static final List<String> WORDS = List.of("red", "kettle");

    @TempDir Path folder;

    private Path encoder() throws IOException {
        int count = RandomEncoder.vocabulary(WORDS).size();
        Path directory = folder.resolve("mini");
        RandomEncoder.write(
                directory, RandomEncoder.config(EncoderConfig.Kind.BERT, count), WORDS, 3);
        return directory;
    }

    private static ModelVersion bring(Home home, Path directory) {
        return ModelImport.run(
                home, directory, null, Optional.empty(), ImportedModel.Declared.NOTHING);
    }

    @Test
    void anEncoderIsRegisteredWithItsTokenizer() throws IOException {
        try (Home home = Home.open(folder.resolve("home"))) {
            ModelVersion version = bring(home, encoder());
            assertThat(version.ref().toString()).isEqualTo("mini/1");
            ImportedModel.Declared declared = ImportedModel.Declared.of(version);
            assertThat(declared.pads()).isEqualTo(Map.of("input_ids", 1.0, "attention_mask", 0.0));
            assertThat(declared.policy()).isEqualTo(ModelSpec.Policy.LOAD_BESIDE);
            Artifact artifact = ArtifactStore.open(home.artifacts()).open(version.artifact());
            assertThat(artifact.file(EncoderDirectory.TOKENIZER))
                    .hasSameBinaryContentAs(
                            folder.resolve("mini").resolve(EncoderDirectory.TOKENIZER));
            EncoderDirectory stored = EncoderDirectory.read(artifact.directory());
            assertThat(stored.longest())
                    .isEqualTo(EncoderDirectory.read(folder.resolve("mini")).longest());
            try (OnnxSession session =
                    OnnxSession.open(
                            artifact.file(EncoderDirectory.ONNX), SessionSettings.DEFAULT)) {
                assertThat(session.signature().inputs())
                        .extracting(Port::name)
                        .containsExactlyInAnyOrder("input_ids", "attention_mask");
                assertThat(session.signature().output("embedding")).isPresent();
            }
        }
    }

    @Test
    void anEncoderThatIsOnnxAloneIsTaken() throws IOException {
        Path directory = encoder();
        LoadedEncoder.writeGraph(
                EncoderDirectory.read(directory), directory.resolve(EncoderDirectory.ONNX));
        Files.delete(directory.resolve(EncoderDirectory.SAFETENSORS));
        try (Home home = Home.open(folder.resolve("home"))) {
            assertThat(bring(home, directory).ref().toString()).isEqualTo("mini/1");
        }
    }

    @Test
    void whatIsNotReadIsRefusedAndNothingIsRegistered() throws IOException {
        Path directory = encoder();
        Path tokenizer = directory.resolve(EncoderDirectory.TOKENIZER);
        String good = Files.readString(tokenizer);
        try (Home home = Home.open(folder.resolve("home"))) {
            Files.writeString(
                    tokenizer,
                    good.replace(
                            "{\"type\":\"BertPreTokenizer\"}",
                            "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"(((\"},"
                                    + "\"behavior\":\"Isolated\",\"invert\":false}"));
            assertThatThrownBy(() -> bring(home, directory))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("pattern");
            Files.delete(directory.resolve(EncoderDirectory.CONFIG));
            assertThatThrownBy(() -> bring(home, directory)).hasMessageContaining("no config.json");
            assertThatThrownBy(() -> bring(home, folder))
                    .hasMessageContaining("nor a directory of an encoder");
            try (ReleaseStore releases = ReleaseStore.open(home.registry())) {
                assertThat(releases.models()).isEmpty();
            }
        }
    }
}
