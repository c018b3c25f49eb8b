package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.inference.host.ModelSpec;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files of an artefact a version is counted for. */
class ModelFilesTest {
    @TempDir Path folder;

    @Test
    void theGraphAndItsWeightsAndNoOthers() throws IOException {
        Path source = Files.createDirectory(folder.resolve("source"));
        Files.write(source.resolve("model.onnx"), new byte[100]);
        Files.write(source.resolve("weights.bin"), new byte[2_000]);
        Files.write(source.resolve("notes.txt"), new byte[30_000]);
        ArtifactStore artifacts = ArtifactStore.open(folder.resolve("artifacts"));
        ArtifactHash hash = artifacts.put(source);
        ModelVersion version =
                new ModelVersion(
                        1,
                        new ModelManifest(
                                "ranker",
                                ImportedModel.KIND,
                                hash,
                                "",
                                "",
                                Map.of(),
                                Map.of(),
                                List.of(),
                                Instant.EPOCH,
                                "test"));
        ModelSpec spec = ImportedModel.spec(version, artifacts.verify(hash));
        assertThat(spec.fileBytes()).isEqualTo(2_100);
        assertThat(spec.file()).hasFileName("model.onnx");
    }
}
