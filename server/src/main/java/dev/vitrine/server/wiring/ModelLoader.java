package dev.vitrine.server.wiring;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.host.ModelHost;
import dev.vitrine.inference.host.ModelSpec;
import dev.vitrine.inference.platform.BackgroundThread;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.RejectedExecutionException;

/**
 * Brings imported models of the registry into the host: has the gate read all of it, loads and
 * warms it, and keeps in a file what is served, for the next start. All of that happens on one
 * thread that gives way to those who serve.
 */
final class ModelLoader implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ModelLoader.class.getName());

    private final ReleaseStore releases;
    private final ModelGate gate;
    private final ModelHost host;
    private final ServedList served;
    private final BackgroundThread thread = new BackgroundThread("model-loader");
    private final Set<String> awaited = new ConcurrentSkipListSet<>();

    /** Why versions could not even be read when they were last to be loaded. */
    private final Map<ModelRef, String> unreadable = new ConcurrentHashMap<>();

    private volatile boolean begun;

    ModelLoader(ReleaseStore releases, ModelGate gate, ModelHost host, ServedList served) {
        this.releases = releases;
        this.gate = gate;
        this.host = host;
        this.served = served;
    }

    /** All imported versions, by name and rising number. */
    List<ModelVersion> imported() {
        return releases.models().stream()
                .filter(v -> v.manifest().kind().equals(ImportedModel.KIND))
                .toList();
    }

    /** What keeps the models of the last run from answering; empty once all were tried. */
    Optional<String> problem() {
        if (!begun) {
            return Optional.of("models are about to be loaded");
        }
        return awaited.isEmpty()
                ? Optional.empty()
                : Optional.of("models are being loaded: " + String.join(", ", awaited));
    }

    /** Looks which models there are; the server is not ready until {@link #loadAll} is through. */
    void begin() {
        imported().forEach(version -> awaited.add(version.manifest().name()));
        begun = true;
    }

    /**
     * Loads what was served before, and the newest version of every model that was never loaded or
     * unloaded; one that fails leaves the others.
     */
    void loadAll() {
        for (String name : List.copyOf(awaited)) {
            Optional<ServedList.Entry> before = served.of(name);
            try {
                if (before.isPresent()) {
                    thread.run(() -> restore(name, before.get()));
                } else {
                    load(name);
                }
            } catch (RejectedExecutionException e) {
                return; // The server stops.
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "model {0} is not served: {1}",
                        name,
                        e.getMessage());
            } finally {
                awaited.remove(name);
            }
        }
    }

    /**
     * Labelled versions first; the one that answers is loaded last. One that fails leaves the
     * others, and its failure is thrown in the end.
     */
    private void restore(String name, ServedList.Entry before) {
        long live = before.live().orElse(0);
        List<Long> versions = new ArrayList<>(new TreeSet<>(before.labels().values()));
        versions.remove(live);
        if (live > 0) {
            versions.add(live);
        }
        Optional<VitrineException> failure = Optional.empty();
        for (long version : versions) {
            try {
                restore(name, version, before);
            } catch (VitrineException e) {
                failure = Optional.of(e);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private void restore(String name, long number, ServedList.Entry before) {
        ModelVersion version =
                releases.model(new ModelRef(name, number))
                        .orElseThrow(() ->
                                new VitrineException(
                                        InferenceError.MODEL_UNKNOWN,
                                        "the registry has no version " + number + " of it"));
        host.load(spec(version));
        before.labels()
                .forEach((label, labelled) -> {
                    if (labelled == number) {
                        host.label(name, label, OptionalLong.of(number));
                    }
                });
    }

    /** Loads the newest version of a model and gives it its labels; returns when it answers. */
    void load(String name) {
        thread.run(() ->
                load(
                        releases.newest(name)
                                .filter(v -> v.manifest().kind().equals(ImportedModel.KIND))
                                .orElseThrow(() ->
                                        new VitrineException(
                                                InferenceError.MODEL_UNKNOWN,
                                                "the registry has no imported model '"
                                                        + name
                                                        + "'"))));
    }

    private void load(ModelVersion version) {
        String name = version.manifest().name();
        if (host.live(name).orElse(0) == version.version()) {
            return;
        }
        host.load(spec(version));
        for (String label : ImportedModel.Declared.of(version).labels()) {
            host.label(name, label, OptionalLong.of(version.version()));
        }
        keep(name);
    }

    private ModelSpec spec(ModelVersion version) {
        try {
            ModelSpec spec = ImportedModel.spec(version, gate.admit(version));
            unreadable.remove(version.ref());
            return spec;
        } catch (VitrineException e) {
            unreadable.put(version.ref(), String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** Why a version could not be read; empty where it could, or was not to be. */
    Optional<String> unreadable(ModelVersion version) {
        return Optional.ofNullable(unreadable.get(version.ref()));
    }

    /** Moves a label to a version that is ready, or takes it away. */
    void label(String name, String label, OptionalLong version) {
        ImportedModel.requireLabel(label);
        thread.run(() -> {
            host.label(name, label, version);
            keep(name);
        });
    }

    /** Takes a model away until it is loaded again, also over restarts. */
    void unload(String name) {
        thread.run(() -> {
            host.unload(name);
            served.put(name, ServedList.Entry.UNLOADED);
        });
    }

    private void keep(String name) {
        served.put(name, new ServedList.Entry(host.live(name), host.labels(name)));
    }

    @Override
    public void close() {
        thread.close();
    }
}
