package dev.vitrine.server.grpc;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.AccessControl;
import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.access.Certificates;
import dev.vitrine.server.access.TlsSettings;
import dev.vitrine.server.audit.Audit;
import dev.vitrine.server.grpc.wire.GRPCInferenceServiceGrpc;
import dev.vitrine.server.http.BodyRoom;
import dev.vitrine.server.http.InferencePort;
import dev.vitrine.server.telemetry.Telemetry;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerInterceptors;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.ServiceDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.handler.codec.http2.Http2SecurityUtil;
import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The running gRPC server, beside the HTTP server and under the same rules of access. */
public final class GrpcServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GrpcServer.class.getName());

    /** Bytes of a connection, and of each call, that a client may send ahead of being read. */
    private static final int WINDOW = 2 << 20;

    private final Server server;
    private final NetworkThreads network;
    private final ExecutorService workers;
    private final HealthStatusManager health;
    private final GrpcSettings settings;
    private final String address;

    private GrpcServer(
            Server server,
            NetworkThreads network,
            ExecutorService workers,
            HealthStatusManager health,
            GrpcSettings settings,
            String address) {
        this.server = server;
        this.network = network;
        this.workers = workers;
        this.health = health;
        this.settings = settings;
        this.address = address;
    }

    /**
     * Listens and answers.
     *
     * @param audit keeps who loads and unloads models
     * @param bodies what large messages take of while they are received and answered
     * @param httpPort that was asked for HTTP, beside which this one is by default; 0 for any
     * @return empty where gRPC is off
     * @throws VitrineException PORT_IN_USE when another process listens on the given port,
     *     ADDRESS_NOT_ALLOWED when the address may not be opened with these keys
     */
    public static Optional<GrpcServer> start(
            String host,
            GrpcPort port,
            int httpPort,
            GrpcSettings settings,
            AccessSettings access,
            Telemetry telemetry,
            Audit audit,
            BodyRoom bodies,
            InferencePort models) {
        return switch (port) {
            case GrpcPort.Off() -> Optional.empty();
            case GrpcPort.Fixed(int fixed) ->
                    Optional.of(
                            listen(host, fixed, settings, access, telemetry, audit, bodies, models)
                                    .orElseThrow(() -> inUse(host, fixed)));
            case GrpcPort.Beside() -> {
                int beside = httpPort == 0 ? 0 : httpPort + GrpcPort.BESIDE;
                Optional<GrpcServer> there =
                        beside > GrpcPort.LAST
                                ? Optional.empty()
                                : listen(
                                        host, beside, settings, access, telemetry, audit, bodies,
                                        models);
                yield there.isPresent()
                        ? there
                        : listen(host, 0, settings, access, telemetry, audit, bodies, models);
            }
        };
    }

    private static VitrineException inUse(String host, int port) {
        return VitrineException.field(
                ServerError.PORT_IN_USE,
                "grpcPort",
                "another process listens on "
                        + host
                        + ":"
                        + port
                        + "; choose another --grpc-port, or off");
    }

    /** Empty when the port is taken. */
    private static Optional<GrpcServer> listen(
            String host,
            int port,
            GrpcSettings settings,
            AccessSettings access,
            Telemetry telemetry,
            Audit audit,
            BodyRoom bodies,
            InferencePort models) {
        InetAddress address = address(host);
        AccessControl control = AccessControl.open(access, address, System::nanoTime);
        ExecutorService workers =
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("grpc-call-", 0).factory());
        NetworkThreads network = new NetworkThreads(networkThreads(), settings.maxConnections());
        CallGate gate = new CallGate(control, workers, network, settings.maxRequests());
        HealthStatusManager health = new HealthStatusManager();
        NettyServerBuilder builder =
                bounded(
                                NettyServerBuilder.forAddress(new InetSocketAddress(address, port)),
                                settings)
                        .directExecutor()
                        .addStreamTracerFactory(ReceivedBytes.factory(bodies, telemetry.registry()))
                        .addService(inference(models, telemetry, audit, gate, settings))
                        .addService(health.getHealthService())
                        .addService(ProtoReflectionServiceV1.newInstance())
                        .fallbackHandlerRegistry(new UnknownMethods());
        network.use(builder);
        RefusalLog.quiet();
        access.certificate().ifPresent(tls -> builder.sslContext(ssl(tls)));
        try {
            Server server = builder.build().start();
            telemetry.gauge(
                    "vitrine.grpc.connections", "Open gRPC connections", network::connections);
            telemetry.gauge("vitrine.grpc.requests.busy", "gRPC requests in work", gate::busy);
            String where = host + ":" + server.getPort();
            LOG.log(System.Logger.Level.INFO, "listening for gRPC on {0}", where);
            return Optional.of(new GrpcServer(server, network, workers, health, settings, where));
        } catch (IOException e) {
            network.close();
            workers.close();
            return Optional.empty();
        }
    }

    /** They only move bytes: two, or half of the processors, keep up with what all can run. */
    private static int networkThreads() {
        int processors = Runtime.getRuntime().availableProcessors();
        return Math.min(processors, Math.max(2, processors / 2));
    }

    private static NettyServerBuilder bounded(NettyServerBuilder builder, GrpcSettings settings) {
        return builder.maxInboundMessageSize((int) settings.maxMessage().bytes())
                .maxInboundMetadataSize((int) settings.maxHeaders().bytes())
                // A fixed window: finding one by pings costs some with every request of this size.
                .flowControlWindow(WINDOW)
                .maxConcurrentCallsPerConnection(settings.maxStreams())
                .handshakeTimeout(settings.handshake().toMillis(), TimeUnit.MILLISECONDS)
                .maxConnectionIdle(settings.idle().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTime(settings.keepAlive().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(settings.handshake().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(settings.keepAliveEvery().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveWithoutCalls(true);
    }

    /** The service as it is declared, with the messages that cost read and written by hand. */
    private static ServerServiceDefinition inference(
            InferencePort models,
            Telemetry telemetry,
            Audit audit,
            CallGate gate,
            GrpcSettings settings) {
        ServerServiceDefinition plain =
                ServerInterceptors.intercept(
                        new InferenceMethods(models, telemetry.health(), audit, gate),
                        new AccessInterceptor(gate));
        InferMarshaller requests = new InferMarshaller((int) settings.maxMessage().bytes());
        MethodDescriptor<InferMessage, InferAnswer> infer =
                GRPCInferenceServiceGrpc.getModelInferMethod().toBuilder(
                                requests, AnswerMarshaller.ONE)
                        .build();
        MethodDescriptor<InferMessage, InferAnswer> stream =
                GRPCInferenceServiceGrpc.getModelStreamInferMethod().toBuilder(
                                requests, AnswerMarshaller.ONE)
                        .build();
        ModelRuns runs = new ModelRuns(models);
        ServiceDescriptor.Builder declared =
                ServiceDescriptor.newBuilder(GRPCInferenceServiceGrpc.SERVICE_NAME)
                        .setSchemaDescriptor(plain.getServiceDescriptor().getSchemaDescriptor())
                        .addMethod(infer)
                        .addMethod(stream);
        plain.getMethods().stream()
                .filter(method -> !isOne(method, infer, stream))
                .forEach(method -> declared.addMethod(method.getMethodDescriptor()));
        ServerServiceDefinition.Builder service =
                ServerServiceDefinition.builder(declared.build())
                        .addMethod(
                                infer,
                                new ModelInferCalls(
                                        runs,
                                        gate,
                                        new GrpcMeter(telemetry.registry(), "ModelInfer")))
                        .addMethod(
                                stream,
                                new ModelStreamCalls(
                                        runs,
                                        gate,
                                        new GrpcMeter(telemetry.registry(), "ModelStreamInfer")));
        plain.getMethods().stream()
                .filter(method -> !isOne(method, infer, stream))
                .forEach(service::addMethod);
        return service.build();
    }

    private static boolean isOne(
            ServerMethodDefinition<?, ?> method,
            MethodDescriptor<?, ?> infer,
            MethodDescriptor<?, ?> stream) {
        String name = method.getMethodDescriptor().getFullMethodName();
        return name.equals(infer.getFullMethodName()) || name.equals(stream.getFullMethodName());
    }

    private static SslContext ssl(TlsSettings tls) {
        return new JdkSslContext(
                Certificates.context(tls),
                false,
                Http2SecurityUtil.CIPHERS,
                SupportedCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        "h2"),
                ClientAuth.NONE,
                new String[] {"TLSv1.3", "TLSv1.2"},
                false);
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw VitrineException.field(
                    ServerError.ADDRESS_NOT_ALLOWED,
                    "host",
                    "'" + host + "' is not the name of an address of this machine");
        }
    }

    /** Where it listens, such as {@code 127.0.0.1:9080}. */
    public String address() {
        return address;
    }

    public int port() {
        return server.getPort();
    }

    /** Takes no more calls, lets those in work end for a bounded time, then closes. */
    @Override
    public void close() {
        health.enterTerminalState();
        server.shutdown();
        try {
            if (!server.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
                server.shutdownNow();
                server.awaitTermination(1, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        workers.shutdownNow();
        network.close();
    }
}
