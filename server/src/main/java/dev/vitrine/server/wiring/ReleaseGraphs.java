package dev.vitrine.server.wiring;

import dev.vitrine.inference.batch.Answered;
import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.batch.Work;
import dev.vitrine.inference.graph.ModelSplitter;
import dev.vitrine.inference.host.MemoryBudget;
import dev.vitrine.inference.host.ModelHost;
import dev.vitrine.inference.host.ModelLease;
import dev.vitrine.inference.host.ModelSpec;
import dev.vitrine.inference.host.VersionEvent;
import dev.vitrine.inference.host.VersionState;
import dev.vitrine.inference.platform.ProcessMemory;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.SessionSettings;
import dev.vitrine.inference.tensor.Port;
import dev.vitrine.inference.tensor.Signature;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.ModelVersion;
import dev.vitrine.retrieval.GraphRunner;
import dev.vitrine.server.pipeline.GraphHost;
import dev.vitrine.server.pipeline.ModelFiles;
import dev.vitrine.server.telemetry.ModelMeters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The graphs of releases in the inference engine: in the memory that models have, in turn with the
 * models of others, on one lease for each release, so that a release that is still asked keeps its
 * graph however many came after it.
 */
final class ReleaseGraphs implements GraphHost, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ReleaseGraphs.class.getName());

    /** Many more than the releases that are open together. */
    private static final int NAMES = 1_000;

    /** What a graph needs beside its file until that is measured. */
    private static final long BESIDE = 16L << 20;

    private final ModelHost host;
    private final Turns turns;
    private final ModelMeters meters;
    private final AtomicLong opened = new AtomicLong();

    /**
     * @param memory shared with the models of others, as are the turns
     * @param drain what a release that was closed has for what it has begun
     */
    ReleaseGraphs(
            MemoryBudget memory,
            Turns turns,
            ModelMeters meters,
            Duration drain,
            InstantSource clock) {
        this.host = new ModelHost(memory, ProcessMemory.open(), drain, clock, this::heard);
        this.turns = turns;
        this.meters = meters;
    }

    private void heard(VersionEvent event) {
        if (event.state() == VersionState.UNLOADED) {
            meters.forget(shown(event.model()), event.version());
        }
        LOG.log(
                event.state() == VersionState.FAILED
                        ? System.Logger.Level.WARNING
                        : System.Logger.Level.INFO,
                "graph={0} version={1} state={2} {3}",
                shown(event.model()),
                event.version(),
                event.state(),
                event.reason());
    }

    /**
     * What a graph is called here: its own name for each time it is opened, since two releases, or
     * one that is loaded beside itself, may hold the same version.
     */
    private String called(String model) {
        return model + "." + opened.incrementAndGet() % NAMES;
    }

    /** The name of the model, as people know it. */
    private static String shown(String called) {
        return called.substring(0, called.lastIndexOf('.'));
    }

    @Override
    public Opened open(String release) {
        return new OfRelease();
    }

    private final class OfRelease implements Opened {
        private final List<ModelLease> leases = new ArrayList<>();

        @Override
        public ModelFiles.OpenGraph open(ModelVersion model, Path file) {
            String name = called(model.manifest().name());
            long bytes = size(file);
            host.load(
                    new ModelSpec(
                            name,
                            model.version(),
                            file,
                            SessionSettings.DEFAULT,
                            List.of(),
                            2 * bytes + BESIDE,
                            bytes,
                            true,
                            Map.of(),
                            ModelSpec.Policy.LOAD_BESIDE));
            ModelLease lease = host.lease(name, model.version());
            leases.add(lease);
            List<String> outputs =
                    lease.session().signature().outputs().stream().map(Port::name).toList();
            return new ModelFiles.OpenGraph() {
                @Override
                public GraphRunner within(Duration longest) {
                    return inputs -> run(lease, inputs, outputs, longest);
                }

                @Override
                public Signature signature() {
                    return lease.session().signature();
                }
            };
        }

        @Override
        public void close() {
            for (ModelLease lease : leases) {
                lease.close();
                host.unload(lease.model());
            }
            leases.clear();
        }
    }

    private Map<String, Tensor> run(
            ModelLease lease, Map<String, Tensor> inputs, List<String> outputs, Duration longest) {
        try {
            Answered answered =
                    lease.run(turns, new Work(inputs, outputs, 0, longest, new Cancellation()));
            meters.succeeded(shown(lease.model()), lease.version(), answered);
            return answered.outputs();
        } catch (VitrineException e) {
            meters.failed(shown(lease.model()), lease.version());
            throw e;
        }
    }

    /** Of a graph, with the large weights that may lie beside it. */
    private static long size(Path file) {
        Path weights = file.resolveSibling(ModelSplitter.WEIGHTS);
        try {
            return Files.size(file) + (Files.exists(weights) ? Files.size(weights) : 0);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    @Override
    public void close() {
        host.close();
    }
}
