package dev.vitrine.server.http;

import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.telemetry.Telemetry;
import java.net.URI;

/** The running HTTP server. */
public final class HttpServer implements AutoCloseable {
    private HttpServer() {}

    /**
     * Listens and answers.
     *
     * @throws dev.vitrine.kernel.error.VitrineException PORT_IN_USE when another process listens
     *     there, ADDRESS_NOT_ALLOWED when the address may not be opened with these keys
     */
    public static HttpServer start(
            HttpSettings settings, AccessSettings access, Telemetry telemetry, Ports ports) {
        throw new UnsupportedOperationException();
    }

    /** Where it can be reached, such as {@code http://127.0.0.1:8080}. */
    public URI uri() {
        throw new UnsupportedOperationException();
    }

    /** Stops listening, lets running requests end for a bounded time, then closes. */
    @Override
    public void close() {}
}
