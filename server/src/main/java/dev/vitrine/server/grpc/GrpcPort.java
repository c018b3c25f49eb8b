package dev.vitrine.server.grpc;

import com.fasterxml.jackson.annotation.JsonCreator;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;

/** Where the gRPC server listens, beside the HTTP server. */
public sealed interface GrpcPort {
    /** What is added to the port of HTTP where nothing else is said. */
    int BESIDE = 1_000;

    int LAST = 65_535;

    /** 1,000 above the port of HTTP where that is free, any free one otherwise. */
    record Beside() implements GrpcPort {}

    /** A given one; 0 for any free one. */
    record Fixed(int port) implements GrpcPort {}

    /** None. */
    record Off() implements GrpcPort {}

    /**
     * @param text a number from 0 to 65535, or {@code off}
     */
    @JsonCreator
    static GrpcPort of(String text) {
        if (text.equals("off")) {
            return new Off();
        }
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= LAST) {
                return new Fixed(port);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw VitrineException.field(
                ConfigError.CONFIG_INVALID,
                "grpcPort",
                "the port of gRPC is a number from 0 to 65535, where 0 is any free one, or off;"
                        + " found '"
                        + text
                        + "'");
    }
}
