package dev.vitrine.server.http;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.AccessControl;
import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.access.Certificates;
import dev.vitrine.server.telemetry.Telemetry;
import io.helidon.common.tls.Tls;
import io.helidon.http.DirectHandler;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.util.function.LongSupplier;

/**
 * The running HTTP server: HTTP/1.1 on virtual threads, one per connection (Helidon's web server).
 * It frames requests; routes, access, bounds and answers are ours, see {@link Dispatcher}.
 */
public final class HttpServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpServer.class.getName());
    private static final int MAX_REQUEST_LINE = 8 << 10;
    private static final int BACKLOG = 1024;

    private final WebServer server;
    private final ConnectionGuard guard;
    private final BodyRoom bodies;
    private final URI uri;

    private HttpServer(WebServer server, ConnectionGuard guard, BodyRoom bodies, URI uri) {
        this.server = server;
        this.guard = guard;
        this.bodies = bodies;
        this.uri = uri;
    }

    /**
     * Listens and answers.
     *
     * @throws VitrineException PORT_IN_USE when another process listens there, ADDRESS_NOT_ALLOWED
     *     when the address may not be opened with these keys, CERTIFICATE_UNREADABLE
     */
    public static HttpServer start(
            HttpSettings settings, AccessSettings access, Telemetry telemetry, Ports ports) {
        LongSupplier nanoClock = System::nanoTime;
        InetAddress address = address(settings.host());
        AccessControl control = AccessControl.open(access, address, nanoClock);
        BodyRoom bodies = new BodyRoom(settings.maxBodies());
        RequestIds ids = new RequestIds(new SecureRandom().nextLong());
        Dispatcher dispatcher =
                new Dispatcher(
                        new RouteTable(Routes.all(ports, telemetry, nanoClock), telemetry),
                        control,
                        ports.audit(),
                        settings,
                        bodies,
                        ids,
                        nanoClock);
        ConnectionGuard guard =
                new ConnectionGuard(
                        http(settings), settings.firstRequest(), settings.linger(), nanoClock);
        telemetry.gauge("vitrine.http.connections", "Open connections", guard::open);
        telemetry.gauge("vitrine.http.requests.busy", "Requests in work", dispatcher::busy);
        telemetry.gauge(
                "vitrine.bodies.bytes",
                "Memory of the bodies of requests, small ones aside",
                bodies::taken);
        WebServerConfig.Builder builder = listener(settings, address, guard, ids);
        builder.routing(routing -> routing.any(dispatcher));
        access.certificate()
                .ifPresent(tls ->
                        builder.tls(Tls.builder().sslContext(Certificates.context(tls)).build()));
        WebServer server = builder.build();
        bind(server, address, settings);
        guard.start();
        String scheme = access.certificate().isPresent() ? "https" : "http";
        URI uri =
                URI.create(
                        scheme
                                + "://"
                                + bracketed(openable(address, settings.host(), access))
                                + ":"
                                + server.port());
        LOG.log(
                System.Logger.Level.INFO,
                "listening on {0}, keys needed: {1}",
                uri.toString(),
                control.needsKeys());
        return new HttpServer(server, guard, bodies, uri);
    }

    private static Http1Config http(HttpSettings settings) {
        return Http1Config.builder()
                .maxHeadersSize((int) settings.maxHeaders().bytes())
                .maxPrologueLength(MAX_REQUEST_LINE)
                .sendKeepAliveHeader(false)
                .build();
    }

    private static WebServerConfig.Builder listener(
            HttpSettings settings, InetAddress address, ConnectionGuard guard, RequestIds ids) {
        DirectHandlers.Builder direct = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            direct.addHandler(type, new FramingErrors(ids));
        }
        return WebServer.builder()
                .address(address)
                .port(settings.port())
                .backlog(BACKLOG)
                .maxTcpConnections(settings.maxConnections())
                .shutdownHook(false)
                .shutdownGracePeriod(settings.drain())
                // An answer may leave in two writes; the second must not wait for an
                // acknowledgement.
                .connectionOptions(options -> options.tcpNoDelay(true))
                .idleConnectionTimeout(settings.idle().multipliedBy(2))
                .addConnectionSelector(guard)
                .contentEncoding(
                        ContentEncodingContext.builder()
                                .contentEncodingsDiscoverServices(false)
                                .addContentEncoding(new PassedEncoding())
                                .build())
                .directHandlers(direct.build());
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

    /**
     * Starts the server. It only logs when it cannot bind, so the address is tried beforehand, for
     * an error that says why, and checked afterwards.
     */
    private static void bind(WebServer server, InetAddress address, HttpSettings settings) {
        String where = settings.host() + ":" + settings.port();
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address, settings.port()));
        } catch (BindException e) {
            boolean taken = String.valueOf(e.getMessage()).contains("in use");
            throw new VitrineException(
                    taken ? ServerError.PORT_IN_USE : ServerError.ADDRESS_NOT_ALLOWED,
                    taken
                            ? "another process listens on " + where + "; choose another --port"
                            : "cannot listen on " + where + ": " + e.getMessage(),
                    "port",
                    e);
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.ADDRESS_NOT_ALLOWED, "cannot listen on " + where + ": " + e, e);
        }
        server.start();
        if (!server.isRunning()) {
            throw VitrineException.field(
                    ServerError.PORT_IN_USE,
                    "port",
                    "another process began to listen on " + where + " at this moment");
        }
    }

    /** A name under which it can be opened: "all addresses" is none. */
    private static String openable(InetAddress address, String host, AccessSettings access) {
        if (address.isAnyLocalAddress()) {
            return access.hosts().isEmpty() ? "localhost" : access.hosts().getFirst();
        }
        return address.isLoopbackAddress() ? "localhost" : host;
    }

    private static String bracketed(String host) {
        return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
    }

    /** What the bodies of requests take of, over gRPC too. */
    public BodyRoom bodies() {
        return bodies;
    }

    /** Where it can be reached, such as {@code http://localhost:8080}. */
    public URI uri() {
        return uri;
    }

    public int port() {
        return server.port();
    }

    /** Stops listening, lets running requests end for a bounded time, then closes. */
    @Override
    public void close() {
        server.stop();
        guard.close();
    }
}
