package dev.vitrine.server.http;

import dev.vitrine.kernel.config.DataSize;
import java.time.Duration;

/**
 * How the server listens and what it bounds.
 *
 * @param host the address to listen on
 * @param port 0 for any free one
 * @param maxConnections connections at once; more wait in the backlog
 * @param maxRequests requests at once; more are refused with 503
 * @param maxHeaders bytes of all headers of a request
 * @param maxBody bytes of a body that is not an import, before and after decompression
 * @param maxTensors bytes of a request to a model, before and after decompression
 * @param maxBodies bytes of the bodies of all requests together, but for those of at most {@link
 *     BodyRoom#FREE}; more are refused with 503
 * @param maxImport bytes of an imported body after decompression
 * @param firstRequest how long a new connection may take to send its first headers
 * @param idle how long a connection may wait for the next request
 * @param request how long a request may take in all, imports aside
 * @param imports how long an import may take in all
 * @param stall how long an import may go without a single byte
 * @param linger how long what a refused caller still sends is thrown away, so that it gets to read
 *     its answer
 * @param drain how long requests may go on after the server was told to stop
 */
public record HttpSettings(
        String host,
        int port,
        int maxConnections,
        int maxRequests,
        DataSize maxHeaders,
        DataSize maxBody,
        DataSize maxTensors,
        DataSize maxBodies,
        DataSize maxImport,
        Duration firstRequest,
        Duration idle,
        Duration request,
        Duration imports,
        Duration stall,
        Duration linger,
        Duration drain) {
    private static final DataSize MOST_TENSORS = DataSize.ofMebibytes(64);

    /** At least the largest body, without which it could never be taken. */
    private static DataSize quarterOfTheHeap() {
        return new DataSize(Math.max(MOST_TENSORS.bytes(), Runtime.getRuntime().maxMemory() / 4));
    }

    /** Loopback, port 8080 and bounds for one machine. */
    public static HttpSettings defaults() {
        return new HttpSettings(
                "127.0.0.1",
                8080,
                2048,
                512,
                new DataSize(16 << 10),
                DataSize.ofMebibytes(4),
                MOST_TENSORS,
                quarterOfTheHeap(),
                DataSize.ofMebibytes(16 << 10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                Duration.ofSeconds(30),
                Duration.ofHours(6),
                Duration.ofSeconds(30),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10));
    }

    /** The same bounds on another address. */
    public HttpSettings at(String newHost, int newPort) {
        return with(newHost, newPort, maxConnections, maxRequests, maxBodies);
    }

    /** The same for so many connections and requests at once, and so much of their bodies. */
    public HttpSettings holding(int connections, int requests, DataSize bodies) {
        return with(host, port, connections, requests, bodies);
    }

    private HttpSettings with(
            String newHost, int newPort, int connections, int requests, DataSize bodies) {
        return new HttpSettings(
                newHost,
                newPort,
                connections,
                requests,
                maxHeaders,
                maxBody,
                maxTensors,
                bodies,
                maxImport,
                firstRequest,
                idle,
                request,
                imports,
                stall,
                linger,
                drain);
    }
}
