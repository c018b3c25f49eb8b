package dev.vitrine.server.grpc;

import io.grpc.StatusRuntimeException;
import java.util.logging.Filter;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Keeps out of the log that a message was refused while it was received, for its size or for lack
 * of room: gRPC warns of each with its stack trace, which any caller could fill the log with. The
 * caller is told, and the call is counted. What fails there for another reason is still logged.
 */
final class RefusalLog implements Filter {
    /** Held, for a logger that nobody holds is forgotten, and its filter with it. */
    static final Logger RECEIVING =
            Logger.getLogger("io.grpc.netty.shaded.io.grpc.netty.NettyServerStream");

    private static final RefusalLog QUIET = new RefusalLog();

    private RefusalLog() {}

    static void quiet() {
        RECEIVING.setFilter(QUIET);
    }

    @Override
    public boolean isLoggable(LogRecord line) {
        return !(line.getThrown() instanceof StatusRuntimeException);
    }
}
