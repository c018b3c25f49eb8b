package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.artifact.ArtifactStore;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.telemetry.StructuredLog;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/** A server from its start to the signal that ends it. */
final class RunningShop {
    private RunningShop() {}

    /**
     * Starts, imports, trains where there is no release, says that it is ready, and serves until it
     * is told to stop.
     *
     * @param mapping that comes with this start; without one, those of earlier imports count
     * @param once whether to stop as soon as it is ready
     */
    static void serve(
            Home opened,
            ServeOptions options,
            Optional<Mapping> mapping,
            boolean once,
            Consumer<Importer> imports)
            throws InterruptedException {
        long began = System.nanoTime();
        Progress progress = Terminal.progress();
        StopSignal signal = StopSignal.listen();
        StructuredLog.install(Optional.of(opened.root().resolve("logs")), false);
        try (Vitrine vitrine =
                Vitrine.start(
                        opened,
                        shopSettings(opened, mapping),
                        options.settings(opened),
                        InstantSource.system(),
                        progress)) {
            Importer importer = new Importer(vitrine.shop(), progress);
            signal.onStop(vitrine.training()::close);
            signal.onStop(importer::stop);
            imports.accept(importer);
            vitrine.train();
            System.err.printf(
                    Locale.ROOT,
                    "%nVitrine is ready after %.1f s: %s%n  console  %s/console/%n  gRPC     %s%n"
                            + "  state    %s%n",
                    (System.nanoTime() - began) / 1e9,
                    vitrine.uri(),
                    vitrine.uri(),
                    vitrine.grpcAddress().orElse("off"),
                    opened.root());
            if (!once) {
                signal.await();
            }
        } catch (VitrineException e) {
            // What was told to end with the process did not fail.
            boolean told =
                    e.code() == ServerError.TRAINING_FAILED
                            || e.code() == ServerError.IMPORT_STOPPED;
            if (!signal.given() || !told) {
                throw e;
            }
        } finally {
            signal.stopped();
        }
    }

    /** The registry of a home, by its server.yaml; the caller closes it. */
    static ReleaseStore releases(Home opened) {
        return ServerSettings.of(opened).stores().releases(opened, InstantSource.system());
    }

    /** The artefacts of a home, by its server.yaml. */
    static ArtifactStore artifacts(Home opened) {
        return ServerSettings.of(opened).stores().artifacts(opened, InstantSource.system());
    }

    static ShopSettings shopSettings(Home opened, Optional<Mapping> mapping) {
        boolean fromBehaviour =
                mapping.isPresent()
                        ? mapping.get().config().catalogueFromBehaviour()
                        : Mapping.anyKeptFromBehaviour(opened.root().resolve("imports"));
        return ShopSettings.defaults().withCatalogueFromBehaviour(fromBehaviour);
    }
}
