package dev.vitrine.server.grpc;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.access.AccessControl;
import dev.vitrine.server.access.AccessRequest;
import dev.vitrine.server.access.Caller;
import dev.vitrine.server.access.Role;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;

/**
 * Decides which calls are taken: the same keys and roles as over HTTP, and room for so many at
 * once. What is taken works on a thread of its own, never on one of the network's.
 */
final class CallGate {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> API_KEY =
            Metadata.Key.of("x-api-key", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<String> ORIGIN =
            Metadata.Key.of("origin", Metadata.ASCII_STRING_MARSHALLER);
    private static final String BEARER = "Bearer ";

    private final AccessControl access;
    private final Executor workers;
    private final Semaphore room;
    private final int most;

    CallGate(AccessControl access, Executor workers, int most) {
        this.access = access;
        this.workers = workers;
        this.room = new Semaphore(most);
        this.most = most;
    }

    /**
     * Admits a caller.
     *
     * @throws VitrineException as {@link AccessControl#admit}
     */
    Caller admit(ServerCall<?, ?> call, Metadata headers, Role needed) {
        String authority = call.getAuthority();
        return access.admit(
                new AccessRequest(
                        key(headers),
                        authority == null ? "" : authority,
                        text(headers, ORIGIN),
                        needed));
    }

    private static String key(Metadata headers) {
        String authorization = text(headers, AUTHORIZATION);
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : text(headers, API_KEY);
    }

    private static String text(Metadata headers, Metadata.Key<String> key) {
        String value = headers.get(key);
        return value == null ? "" : value;
    }

    /** The name that a caller's requests are counted under; empty where callers have none. */
    String client(Caller caller) {
        return access.needsKeys() ? caller.name() : "";
    }

    /**
     * Works on one request, on another thread.
     *
     * @throws VitrineException OVERLOADED when there is no room
     */
    void work(Runnable task) {
        if (!room.tryAcquire()) {
            throw new VitrineException(
                    ServerError.OVERLOADED,
                    "the server is answering " + most + " gRPC requests already; try again soon");
        }
        boolean begun = false;
        try {
            workers.execute(() -> {
                try {
                    task.run();
                } finally {
                    room.release();
                }
            });
            begun = true;
        } finally {
            if (!begun) {
                room.release();
            }
        }
    }

    /** Requests that are being answered. */
    int busy() {
        return most - room.availablePermits();
    }
}
