package dev.vitrine.server.wiring;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.host.ModelHost;
import dev.vitrine.inference.platform.BackgroundThread;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * Brings imported models of the registry into the host: checks the hash of what is read, loads and
 * warms it. All of that happens on one thread that gives way to those who serve.
 */
final class ModelLoader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ModelLoader.class.getName());

    private final ReleaseStore releases;
    private final ArtifactStore artifacts;
    private final ModelHost host;
    private final BackgroundThread thread = new BackgroundThread("model-loader");

    ModelLoader(ReleaseStore releases, ArtifactStore artifacts, ModelHost host) {
        this.releases = releases;
        this.artifacts = artifacts;
        this.host = host;
    }

    /** All imported versions, by name and rising number. */
    List<ModelVersion> imported() {
        return releases.models().stream()
                .filter(v -> v.manifest().kind().equals(ImportedModel.KIND))
                .toList();
    }

    /** Loads the newest version of every imported model; one that fails leaves the others. */
    void loadAll() {
        TreeSet<String> names = new TreeSet<>();
        imported().forEach(version -> names.add(version.manifest().name()));
        for (String name : names) {
            try {
                load(name);
            } catch (VitrineException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "model {0} is not served: {1}",
                        name,
                        e.getMessage());
            }
        }
    }

    /** Loads the newest version of a model; returns when it answers. */
    void load(String name) {
        ModelVersion newest =
                imported().stream()
                        .filter(version -> version.manifest().name().equals(name))
                        .max(Comparator.comparingLong(ModelVersion::version))
                        .orElseThrow(() ->
                                new VitrineException(
                                        InferenceError.MODEL_UNKNOWN,
                                        "the registry has no imported model '" + name + "'"));
        thread.run(() -> load(newest));
    }

    private void load(ModelVersion version) {
        String name = version.manifest().name();
        if (host.list().stream()
                .anyMatch(status ->
                        status.live()
                                && status.spec().name().equals(name)
                                && status.spec().version() == version.version())) {
            return;
        }
        host.load(ImportedModel.spec(version, artifacts.verify(version.artifact())));
    }

    @Override
    public void close() {
        thread.close();
    }
}
