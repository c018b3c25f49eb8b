package dev.vitrine.benchmarks.inference;

import dev.vitrine.benchmarks.load.Generator;
import dev.vitrine.benchmarks.load.GrpcWire;
import dev.vitrine.benchmarks.load.HttpWire;
import dev.vitrine.benchmarks.process.JavaProcess;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The product in a process of its own with one model, brought there as a user brings it. */
final class Served implements AutoCloseable {
    /** Threads of the generator: it has two cores as the server has. */
    static final int LOAD_THREADS = 2;

    static final Duration MOST_TO_READY = Duration.ofMinutes(5);
    private static final String JSON_LENGTH = "Inference-Header-Content-Length";

    private final Subject subject;
    private final ServerProcess server;
    private final InetSocketAddress grpcAt;
    private final Map<Duration, HttpWire> prepared = new HashMap<>();
    private final Map<Duration, GrpcWire> preparedGrpc = new HashMap<>();

    private Served(Subject subject, ServerProcess server, int grpcPort) {
        this.subject = subject;
        this.server = server;
        this.grpcAt = new InetSocketAddress(InetAddress.getLoopbackAddress(), grpcPort);
    }

    /** Starts it and waits until the model answers. */
    static Served start(Subject subject, Path model, Path folder, Limits limits)
            throws IOException, InterruptedException {
        int grpcPort = JavaProcess.freePort();
        ServerProcess server =
                ServerProcess.start(
                        folder.resolve("home"),
                        limits,
                        folder.resolve("server.log"),
                        "--grpc-port",
                        Integer.toString(grpcPort));
        try {
            server.awaitReady(MOST_TO_READY);
            server.serve(model, subject.model());
            server.awaitReady("/v2/models/" + subject.model() + "/ready", MOST_TO_READY);
            return new Served(subject, server, grpcPort);
        } catch (IOException | InterruptedException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /** The same server with another model, which it serves too from now on. */
    Served with(Subject other, Path model) throws IOException, InterruptedException {
        server.serve(model, other.model());
        server.awaitReady("/v2/models/" + other.model() + "/ready", MOST_TO_READY);
        return new Served(other, server, grpcAt.getPort());
    }

    /** The requests over HTTP. Zero when callers state no timeout. */
    HttpWire http(Duration timeout) {
        return prepared.computeIfAbsent(timeout, this::prepare);
    }

    private HttpWire prepare(Duration timeout) {
        List<Subject.Body> bodies = subject.bodies(timeout.toNanos() / 1_000);
        return HttpWire.post(
                "127.0.0.1:" + server.uri().getPort(),
                "/v2/models/" + subject.model() + "/infer",
                Map.of(
                        "Content-Type",
                        "application/octet-stream",
                        JSON_LENGTH,
                        Integer.toString(bodies.getFirst().json())),
                bodies.stream().map(Subject.Body::bytes).toList());
    }

    /** Connections to it over HTTP, from callers with this timeout; zero for none. */
    Generator http(int connections, Duration timeout) throws IOException {
        return new Generator(httpAt(), http(timeout), connections, LOAD_THREADS);
    }

    /** The requests over gRPC. Zero when callers state no deadline. */
    GrpcWire grpc(Duration deadline) {
        return preparedGrpc.computeIfAbsent(
                deadline,
                stated ->
                        GrpcWire.unary(
                                "127.0.0.1:" + grpcAt.getPort(),
                                "/" + GrpcEcho.METHOD,
                                stated,
                                subject.messages()));
    }

    /** Connections to it over gRPC, from callers with this deadline; zero for none. */
    Generator grpc(int connections, Duration deadline) throws IOException {
        return new Generator(grpcAt, grpc(deadline), connections, LOAD_THREADS);
    }

    InetSocketAddress grpcAt() {
        return grpcAt;
    }

    InetSocketAddress httpAt() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), server.uri().getPort());
    }

    JavaProcess process() {
        return server.process();
    }

    @Override
    public void close() {
        server.close();
    }
}
