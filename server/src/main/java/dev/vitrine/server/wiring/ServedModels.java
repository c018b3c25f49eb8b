package dev.vitrine.server.wiring;

import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.host.MemoryBudget;
import dev.vitrine.inference.host.ModelHost;
import dev.vitrine.inference.host.ModelLease;
import dev.vitrine.inference.host.VersionEvent;
import dev.vitrine.inference.host.VersionState;
import dev.vitrine.inference.platform.ProcessMemory;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ModelRef;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.pipeline.GraphHost;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.telemetry.ModelMeters;
import dev.vitrine.server.telemetry.ModelStates;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Imported models of the registry, loaded and run. */
public final class ServedModels implements InferencePort, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ServedModels.class.getName());

    /** Whoever says nothing else has waited as long as they do by then. */
    private static final Duration DRAIN = InferCall.TIMEOUT.plusSeconds(5);

    private static final int WAITING = 1024;

    /** Requests that wait take at most this part of the heap. */
    private static final int HEAP_SHARE = 8;

    private final ModelHost host;
    private final ModelLoader loader;
    private final Turns turns;
    private final ModelMeters meters;
    private final ModelStates states;
    private final ReleaseStore releases;
    private final InferencePath path;
    private final LadderCheck ladders;
    private final Recordings recordings;
    private final ReleaseGraphs graphs;

    /** With the usual bounds on what is let in. */
    public ServedModels(
            ReleaseStore releases,
            ArtifactStore artifacts,
            Path served,
            long bytes,
            ModelMeters meters,
            ModelStates states,
            InstantSource clock) {
        this(
                releases,
                version -> artifacts.verify(version.artifact()),
                served,
                bytes,
                GuardSettings.defaults(),
                meters,
                states,
                clock);
    }

    /**
     * @param gate lets in what is loaded
     * @param served the file that keeps which versions are served; what is recorded lies beside it
     * @param bytes of memory for all models together
     */
    public ServedModels(
            ReleaseStore releases,
            ModelGate gate,
            Path served,
            long bytes,
            GuardSettings guards,
            ModelMeters meters,
            ModelStates states,
            InstantSource clock) {
        this.releases = releases;
        this.meters = meters;
        this.states = states;
        this.host =
                new ModelHost(
                        new MemoryBudget(bytes), ProcessMemory.open(), DRAIN, clock, this::heard);
        this.loader = new ModelLoader(releases, gate, host, ServedList.open(served));
        this.ladders = new LadderCheck(releases, host);
        this.recordings = new Recordings(served.resolveSibling("recordings"));
        int places = Turns.fitting();
        this.turns =
                new Turns(
                        new Turns.Bounds(
                                places, WAITING, Runtime.getRuntime().maxMemory() / HEAP_SHARE),
                        System::nanoTime);
        this.graphs = new ReleaseGraphs(host.memory(), turns, meters, DRAIN, clock);
        this.path =
                new InferencePath(
                        call -> new LeasedVersion(lease(call), turns, meters),
                        guards,
                        places,
                        meters.guards(),
                        System::nanoTime);
    }

    private void heard(VersionEvent event) {
        guard(event);
        states.heard(event);
        if (event.state() == VersionState.UNLOADED) {
            meters.forget(event.model(), event.version());
        }
        LOG.log(
                event.state() == VersionState.FAILED
                        ? System.Logger.Level.WARNING
                        : System.Logger.Level.INFO,
                "model={0} version={1} state={2} {3}",
                event.model(),
                event.version(),
                event.state(),
                event.reason());
        if (event.state() == VersionState.READY) {
            for (String problem : ladders.ready(event.model(), event.version())) {
                LOG.log(System.Logger.Level.WARNING, problem);
            }
        }
    }

    /** Opens and closes the way to a version as it comes and goes. */
    private void guard(VersionEvent event) {
        String model = event.model();
        switch (event.state()) {
            case READY ->
                    path.opened(
                            model,
                            event.version(),
                            releases.model(new ModelRef(model, event.version()))
                                    .map(v -> ServingOptions.read(v.manifest().parameters()))
                                    .orElse(ServingOptions.NONE));
            case DRAINING -> path.closed(model, event.version());
            case NEW, LOADING, WARMING, UNLOADED, FAILED -> {}
        }
    }

    /** Where the graphs of releases run; closed with this. */
    public GraphHost releaseGraphs() {
        return graphs;
    }

    /** Looks what is to be loaded; not ready from now on until {@link #loadAll} is through. */
    public void begin() {
        loader.begin();
    }

    /** Loads what was served before, and what is new; one that fails leaves the others. */
    public void loadAll() {
        loader.loadAll();
    }

    @Override
    public void load(String name) {
        loader.load(name);
    }

    @Override
    public void unload(String name) {
        loader.unload(name);
    }

    @Override
    public void label(String name, String label, OptionalLong version) {
        loader.label(name, label, version);
    }

    @Override
    public Path record(String name, int requests) {
        model(name, OptionalLong.empty());
        return recordings.begin(name, requests);
    }

    @Override
    public List<ModelStates.Change> changes(long after, int limit) {
        return states.after(after, limit);
    }

    /** What keeps models from answering that are to be served; empty once all were tried. */
    public Optional<String> problem() {
        return loader.problem();
    }

    /** Memory that models are counted to take. */
    public MemoryBudget memory() {
        return host.memory();
    }

    @Override
    public Served model(String name, OptionalLong version) {
        try (ModelLease lease = lease(name, version)) {
            return served(name, lease);
        }
    }

    @Override
    public Served labelled(String name, String label) {
        try (ModelLease lease = host.lease(name, label)) {
            return served(name, lease);
        }
    }

    private Served served(String name, ModelLease lease) {
        List<Long> versions =
                host.list().stream()
                        .filter(s -> s.spec().name().equals(name))
                        .filter(s -> s.state() == VersionState.READY)
                        .map(s -> s.spec().version())
                        .toList();
        return new Served(name, lease.version(), versions, lease.session().signature());
    }

    @Override
    public List<Counted> statistics(String name, OptionalLong version) {
        if (!name.isEmpty()) {
            model(name, version);
        }
        return host.list().stream()
                .filter(s -> s.state() == VersionState.READY)
                .map(ModelHost.Status::spec)
                .filter(s -> name.isEmpty() || s.name().equals(name))
                .filter(s -> version.isEmpty() || s.version() == version.getAsLong())
                .map(s ->
                        new Counted(
                                s.name(),
                                s.version(),
                                meters.counts(s.name(), s.version()),
                                path.cache(s.name(), s.version())))
                .toList();
    }

    private ModelLease lease(InferCall call) {
        return call.label().isPresent()
                ? host.lease(call.model(), call.label().get())
                : lease(call.model(), call.version());
    }

    private ModelLease lease(String name, OptionalLong version) {
        return version.isPresent() ? host.lease(name, version.getAsLong()) : host.lease(name);
    }

    @Override
    public long likelyNanos(InferCall call) {
        return path.likelyNanos(call);
    }

    @Override
    public Outcome infer(InferCall call) {
        Outcome outcome = path.infer(call);
        recordings.answered(call);
        return outcome;
    }

    @Override
    public List<Listed> repository() {
        List<Listed> listed = new ArrayList<>();
        for (ModelVersion version : loader.imported()) {
            Optional<ModelHost.Status> status =
                    host.list().stream()
                            .filter(s -> s.spec().name().equals(version.manifest().name()))
                            .filter(s -> s.spec().version() == version.version())
                            .findFirst();
            listed.add(
                    status.isPresent() && isThere(status.get().state())
                            ? listed(version, state(status.get().state()), "", false)
                            : absent(version, status));
        }
        return listed;
    }

    private static boolean isThere(VersionState state) {
        return state != VersionState.UNLOADED && state != VersionState.FAILED;
    }

    /** A version that is not in memory, with what is known of why. */
    private Listed absent(ModelVersion version, Optional<ModelHost.Status> status) {
        Optional<String> failure =
                loader.unreadable(version)
                        .or(() ->
                                status.filter(s -> s.state() == VersionState.FAILED)
                                        .map(ModelHost.Status::reason));
        String otherwise = status.isPresent() ? "unloaded" : "not loaded";
        return listed(version, "UNAVAILABLE", failure.orElse(otherwise), failure.isPresent());
    }

    private static Listed listed(
            ModelVersion version, String state, String reason, boolean failed) {
        return new Listed(
                version.manifest().name(), Long.toString(version.version()), state, reason, failed);
    }

    private static String state(VersionState state) {
        return switch (state) {
            case NEW, LOADING, WARMING -> "LOADING";
            case READY -> "READY";
            case DRAINING -> "UNLOADING";
            case UNLOADED, FAILED -> "UNAVAILABLE";
        };
    }

    @Override
    public void close() {
        loader.close();
        graphs.close();
        host.close();
        path.close();
        turns.close();
        recordings.close();
    }
}
