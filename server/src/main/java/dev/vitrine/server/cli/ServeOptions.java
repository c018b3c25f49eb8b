package dev.vitrine.server.cli;

import dev.vitrine.server.Home;
import dev.vitrine.server.ServerSettings;
import dev.vitrine.server.grpc.GrpcPort;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a server keeps its state, where it listens and what else it is set to. */
final class ServeOptions {
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
            names = "--server",
            paramLabel = "FILE",
            description =
                    "server.yaml: address, keys, TLS, training schedule; default"
                            + " server.yaml in the home directory when there is one")
    @Nullable Path server;

    /** Refuses what cannot be meant, before a home directory is made for it. */
    void check() {
        Integer wanted = port;
        SourceOptions.require(
                wanted == null || (wanted >= 0 && wanted <= 65_535),
                "--port is a number from 0 to 65535, where 0 is any free one; found " + wanted);
    }

    ServerSettings settings(Home opened) {
        Path file = server;
        SourceOptions.require(
                file == null || Files.exists(file),
                "there is no " + file + ", which --server names");
        ServerSettings settings =
                file == null ? ServerSettings.of(opened) : ServerSettings.read(file);
        return settings.at(
                port == null ? settings.port() : port,
                grpcPort == null ? settings.grpcPort() : GrpcPort.of(grpcPort));
    }
}
