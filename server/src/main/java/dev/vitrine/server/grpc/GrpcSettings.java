package dev.vitrine.server.grpc;

import dev.vitrine.kernel.config.DataSize;
import java.time.Duration;

/**
 * What the gRPC server bounds.
 *
 * @param maxConnections connections at once; more are closed
 * @param maxStreams calls at once on one connection; a client holds more back by itself
 * @param maxRequests requests at once; more are refused with UNAVAILABLE
 * @param maxMessage bytes of one message, before and after decompression
 * @param maxHeaders bytes of the headers of a call
 * @param handshake how long a new connection may take to begin to speak the protocol
 * @param idle how long a connection may be without a call
 * @param keepAlive after so long without a sign the server asks whether the client still lives
 * @param keepAliveEvery how often a client may ask; one that asks more often is disconnected
 * @param drain how long calls may go on after the server was told to stop
 */
public record GrpcSettings(
        int maxConnections,
        int maxStreams,
        int maxRequests,
        DataSize maxMessage,
        DataSize maxHeaders,
        Duration handshake,
        Duration idle,
        Duration keepAlive,
        Duration keepAliveEvery,
        Duration drain) {
    /** Bounds for one machine. */
    public static GrpcSettings defaults() {
        return new GrpcSettings(
                1024,
                256,
                512,
                DataSize.ofMebibytes(64),
                new DataSize(16 << 10),
                Duration.ofSeconds(10),
                Duration.ofMinutes(10),
                Duration.ofMinutes(1),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10));
    }
}
