package dev.vitrine.server.cli;

import dev.vitrine.inference.batch.Padding;
import dev.vitrine.inference.graph.ModelSplitter;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.retrieval.encoder.EncoderDirectory;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.trial.ModelTrial;
import dev.vitrine.server.wiring.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tries that a model loads and answers its warm-up requests, and registers it. */
public final class ModelImport {
    private static final String ENDING = ".onnx";

    private ModelImport() {}

    /**
     * Imports with nothing declared.
     *
     * @param name null for the file's
     */
    static ModelVersion run(Home home, Path file, @Nullable String name, boolean batchable) {
        return run(
                home,
                file,
                name,
                Optional.empty(),
                ImportedModel.Declared.NOTHING.withBatchable(batchable));
    }

    /**
     * Imports a model, with the files that its weights lie in, or an encoder of texts.
     *
     * @param file a model, or the directory of an encoder
     * @param name null for the file's
     * @param warmup requests that each load answers before others see the version
     * @throws VitrineException MODEL_INVALID and others, saying what is wrong with the file
     */
    public static ModelVersion run(
            Home home,
            Path file,
            @Nullable String name,
            Optional<Path> warmup,
            ImportedModel.Declared declared) {
        boolean encoder = EncoderDirectory.isOne(file);
        if (!encoder && !Files.isRegularFile(file)) {
            throw new VitrineException(
                    ServerError.MODEL_NOT_FOUND,
                    "there is no model file " + file + ", nor a directory of an encoder");
        }
        String fileName = String.valueOf(file.toAbsolutePath().normalize().getFileName());
        String plain =
                fileName.endsWith(ENDING)
                        ? fileName.substring(0, fileName.length() - ENDING.length())
                        : fileName;
        String called = name == null ? plain : name;
        new ModelRef(called, 1);
        OnnxSession.requireDevice(declared.settings().device());
        try {
            ArtifactStore artifacts = RunningShop.artifacts(home);
            Path staging = artifacts.workFolder();
            try {
                ImportedModel.Declared known = declared;
                if (encoder) {
                    known = EncoderImport.stage(file, staging, artifacts, declared);
                } else {
                    ModelSplitter.split(file, staging);
                }
                if (warmup.isPresent()) {
                    Files.copy(warmup.get(), staging.resolve(ImportedModel.WARMUP));
                }
                check(artifacts, staging, fileName);
                checkPads(staging, known);
                try (ReleaseStore releases = RunningShop.releases(home)) {
                    ImportedModel.checkLadder(
                            called,
                            staging.resolve(ModelSplitter.GRAPH),
                            declared.serving().ladder(),
                            releases,
                            artifacts);
                    ArtifactHash artifact = artifacts.put(staging);
                    HomeKeys keys = keys(home, releases, artifacts);
                    return keys.models(releases, artifacts)
                            .register(
                                    new ModelManifest(
                                            called,
                                            ImportedModel.KIND,
                                            artifact,
                                            "",
                                            "",
                                            known.parameters(fileName),
                                            Map.of(),
                                            List.of(),
                                            InstantSource.system().instant(),
                                            "import"),
                                    keys.signer());
                }
            } finally {
                delete(staging);
            }
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot import " + file + ": " + e, e);
        }
    }

    /** The keys that sign what is brought into a home; its server.yaml may name others. */
    public static HomeKeys keys(Home home, ReleaseStore releases, ArtifactStore artifacts) {
        InstantSource clock = InstantSource.system();
        try (ChainedAudit audit = ChainedAudit.open(home, clock)) {
            return HomeKeys.open(
                    home, ServerSettings.of(home).signing(), releases, artifacts, audit, clock);
        }
    }

    /** After the trial, so that what is opened here has been opened before. */
    private static void checkPads(Path staging, ImportedModel.Declared declared) {
        if (declared.pads().isEmpty()) {
            return;
        }
        try (OnnxSession session =
                OnnxSession.open(staging.resolve(ModelSplitter.GRAPH), SessionSettings.DEFAULT)) {
            Padding.of(session.signature(), declared.pads());
        }
    }

    private static void check(ArtifactStore artifacts, Path staging, String fileName)
            throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(staging)) {
            for (Path each : files.toList()) {
                bytes += Files.size(each);
            }
        }
        List<Path> beside =
                Stream.of(ImportedModel.WARMUP, EncoderDirectory.TOKENIZER)
                        .map(staging::resolve)
                        .filter(Files::exists)
                        .toList();
        Path room = artifacts.workFolder();
        try {
            ModelTrial.forWeights(bytes).run(staging.resolve(ModelSplitter.GRAPH), beside, room);
        } catch (VitrineException e) {
            throw new VitrineException(e.code(), fileName + ": " + e.getMessage(), e);
        } finally {
            delete(room);
        }
    }

    /** Removes a folder of plain files. */
    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path each : files.toList()) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }
}
