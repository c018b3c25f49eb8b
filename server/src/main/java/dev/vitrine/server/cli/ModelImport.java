package dev.vitrine.server.cli;

import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.wiring.ServedModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Checks that a model loads, and registers it. */
final class ModelImport {
    private static final String ENDING = ".onnx";

    private ModelImport() {}

    static ModelVersion run(Home home, Path file, @Nullable String name, boolean batchable) {
        if (!Files.isRegularFile(file)) {
            throw new VitrineException(
                    ServerError.MODEL_NOT_FOUND, "there is no model file " + file);
        }
        String fileName = String.valueOf(file.getFileName());
        String plain =
                fileName.endsWith(ENDING)
                        ? fileName.substring(0, fileName.length() - ENDING.length())
                        : fileName;
        String called = name == null ? plain : name;
        new ModelRef(called, 1);
        OnnxSession.open(file, SessionSettings.DEFAULT).close();
        try {
            Path staging = Files.createTempDirectory("vitrine-model-");
            try {
                Files.copy(file, staging.resolve("model.onnx"), StandardCopyOption.COPY_ATTRIBUTES);
                ArtifactHash artifact = ArtifactStore.open(home.artifacts()).put(staging);
                try (ReleaseStore releases = ReleaseStore.open(home.registry())) {
                    return releases.register(
                            new ModelManifest(
                                    called,
                                    ServedModels.KIND,
                                    artifact,
                                    "",
                                    "",
                                    Map.of(
                                            "file",
                                            fileName,
                                            ServedModels.BATCHABLE,
                                            Boolean.toString(batchable)),
                                    Map.of(),
                                    List.of(),
                                    InstantSource.system().instant(),
                                    "import"));
                }
            } finally {
                Files.deleteIfExists(staging.resolve("model.onnx"));
                Files.deleteIfExists(staging);
            }
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot import " + file + ": " + e, e);
        }
    }
}
