package dev.vitrine.server.cli;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.graph.ModelBlend;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.Artifact;
import dev.vitrine.registry.artifact.ArtifactHash;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelManifest;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.registry.release.SignedModels;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.signing.HomeKeys;
import dev.vitrine.server.wiring.ImportedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Goes from one version of a model to another in steps of equal size. Each step is a version of its
 * own, with weights between the two, registered and told of before the next is made; the last has
 * the artefact of the version that is gone to.
 */
final class ModelTransition {
    private static final String ALPHA = "alpha";

    private final Home home;
    private final ArtifactStore artifacts;

    ModelTransition(Home home) {
        this.home = home;
        this.artifacts = RunningShop.artifacts(home);
    }

    /** Takes a step that was registered. */
    interface Step {
        void take(ModelVersion version, double alpha);
    }

    /**
     * Makes the steps.
     *
     * @throws VitrineException MODEL_INVALID when one of the two was not declared blendable or
     *     their graphs differ; nothing is registered then
     */
    void run(ModelRef from, ModelRef to, int steps, Step step) {
        try (ReleaseStore releases = RunningShop.releases(home)) {
            ModelVersion last = find(releases, to);
            HomeKeys keys = ModelImport.keys(home, releases, artifacts);
            SignedModels models = keys.models(releases, artifacts);
            find(releases, from);
            Artifact first = models.admit(from);
            Artifact second = models.admit(to);
            ModelBlend blend = new ModelBlend(first.directory(), second.directory());
            for (int i = 1; i <= steps; i++) {
                double alpha = i / (double) steps;
                ArtifactHash artifact =
                        i == steps ? last.artifact() : artifact(blend, alpha, second);
                Map<String, String> parameters = new TreeMap<>(last.manifest().parameters());
                parameters.put(ALPHA, Double.toString(alpha));
                ModelVersion version =
                        models.register(
                                new ModelManifest(
                                        to.name(),
                                        ImportedModel.KIND,
                                        artifact,
                                        "",
                                        "",
                                        parameters,
                                        Map.of(),
                                        List.of(from, to),
                                        InstantSource.system().instant(),
                                        "blend"),
                                keys.signer());
                step.take(version, alpha);
            }
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED, "cannot blend " + from + " and " + to + ": " + e, e);
        }
    }

    private static ModelVersion find(ReleaseStore releases, ModelRef ref) {
        ModelVersion version =
                releases.model(ref)
                        .filter(v -> v.manifest().kind().equals(ImportedModel.KIND))
                        .orElseThrow(() ->
                                new VitrineException(
                                        ServerError.MODEL_NOT_FOUND,
                                        "no imported model version is called '" + ref + "'"));
        if (!ImportedModel.Declared.of(version).blendable()) {
            throw new VitrineException(
                    InferenceError.MODEL_INVALID,
                    ref + " was not declared blendable; 'vitrine model import --blendable' does");
        }
        return version;
    }

    private ArtifactHash artifact(ModelBlend blend, double alpha, Artifact second)
            throws IOException {
        Path staging = artifacts.workFolder();
        try {
            blend.write(alpha, staging);
            Path warmup = second.directory().resolve(ImportedModel.WARMUP);
            if (Files.exists(warmup)) {
                Files.copy(warmup, staging.resolve(ImportedModel.WARMUP));
            }
            return artifacts.put(staging);
        } finally {
            ModelImport.delete(staging);
        }
    }
}
