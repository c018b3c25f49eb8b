package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.server.Home;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.Vitrine;
import dev.vitrine.server.grpc.GrpcPort;
import dev.vitrine.server.pipeline.Importer;
import dev.vitrine.server.pipeline.Mapping;
import dev.vitrine.server.shop.ShopSettings;
import dev.vitrine.server.telemetry.StructuredLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code vitrine up}: import, clean, train, judge, release and serve, until it is told to stop. */
@Command(
        name = "up",
        description = {
            "Imports, cleans, trains, judges, releases and serves a shop.",
            "Without --data, a demonstration shop. What was done before is not done again."
        },
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "the directory that holds all state; default ${DEFAULT-VALUE}")
    Path home = Path.of("home");

    @Option(names = "--port", paramLabel = "N", description = "default 8080; 0 for any free one")
    @Nullable Integer port;

    @Option(
            names = "--grpc-port",
            paramLabel = "N",
            description = "of gRPC; default 1000 above --port where that is free; off for none")
    @Nullable String grpcPort;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "the folder with the shop's files; --config says how to read them")
    @Nullable Path data;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "shop.yaml; default shop.yaml in the data folder")
    @Nullable Path config;

    @Option(names = "--demo", description = "a demonstration shop; the default without --data")
    boolean demo;

    @Option(
            names = "--simulate",
            description = "let simulated shoppers visit the products of --data")
    boolean simulate;

    @Option(
            names = "--server",
            paramLabel = "FILE",
            description =
                    "server.yaml: address, keys, TLS, training schedule; default"
                            + " server.yaml in the home directory when there is one")
    @Nullable Path server;

    @Option(names = "--once", hidden = true, description = "stop after being ready")
    boolean once;

    @Override
    public Integer call() throws InterruptedException {
        long began = System.nanoTime();
        Progress progress = Terminal.progress();
        Mapping mapping = config();
        StopSignal signal = StopSignal.listen();
        try (Home opened = Home.open(home)) {
            StructuredLog.install(Optional.of(opened.root().resolve("logs")), false);
            ServerSettings settings = settings(opened);
            boolean fromBehaviour = mapping != null && mapping.config().catalogueFromBehaviour();
            try (Vitrine vitrine =
                    Vitrine.start(
                            opened,
                            ShopSettings.defaults().withCatalogueFromBehaviour(fromBehaviour),
                            settings,
                            InstantSource.system(),
                            progress)) {
                signal.onStop(vitrine.training()::close);
                importAll(vitrine, mapping, progress);
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
            }
        } catch (VitrineException e) {
            // A training that was told to end with the process did not fail.
            if (!signal.given() || e.code() != ServerError.TRAINING_FAILED) {
                throw e;
            }
        } finally {
            signal.stopped();
        }
        return 0;
    }

    private @Nullable Mapping config() {
        Integer wanted = port;
        require(
                wanted == null || (wanted >= 0 && wanted <= 65_535),
                "--port is a number from 0 to 65535, where 0 is any free one; found " + wanted);
        Path folder = data;
        if (folder == null) {
            require(config == null, "--config says how to read --data, which is missing");
            require(!simulate, "--simulate lets people visit the shop of --data, which is missing");
            return null;
        }
        require(!demo, "--demo and --data name two different shops; choose one");
        require(Files.isDirectory(folder), "--data " + folder + " is not a directory");
        Path file = config == null ? folder.resolve("shop.yaml") : config;
        require(
                Files.exists(file),
                "there is no "
                        + file
                        + ", which is to say how the files of --data are read; write one"
                        + " (the folder examples has some) or name it by --config");
        return Mapping.read(file, folder);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new VitrineException(ServerError.USAGE, otherwise);
        }
    }

    private ServerSettings settings(Home opened) {
        Path inHome = opened.root().resolve("server.yaml");
        Path file = server != null ? server : inHome;
        require(
                server == null || Files.exists(file),
                "there is no " + file + ", which --server names");
        ServerSettings settings =
                server != null || Files.exists(inHome)
                        ? ServerSettings.read(file)
                        : ServerSettings.defaults();
        ServerSettings there = port == null ? settings : settings.at(port);
        return grpcPort == null ? there : there.grpcAt(GrpcPort.of(grpcPort));
    }

    private void importAll(Vitrine vitrine, @Nullable Mapping mapping, Progress progress) {
        Importer importer = new Importer(vitrine.shop(), progress);
        if (mapping != null) {
            importer.files(mapping);
            if (simulate) {
                importer.behaviour();
            }
        } else if (demo || importer.isEmpty()) {
            importer.demo();
        } else {
            importer.resume();
        }
    }
}
