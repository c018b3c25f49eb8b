package dev.vitrine.server.grpc;

import dev.vitrine.inference.batch.TurnsTaken;
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
 * once. What is taken works on a thread of its own, or for a moment on the network's.
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
    private final NetworkThreads network;
    private final Semaphore room;
    private final int most;

    CallGate(AccessControl access, Executor workers, NetworkThreads network, int most) {
        this.access = access;
        this.workers = workers;
        this.network = network;
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

    /**
     * Works on one request, on another thread.
     *
     * @throws VitrineException OVERLOADED when there is no room
     */
    void work(Runnable task) {
        work(0, task);
    }

    /**
     * Works on one request: on this thread after what has come was read, where that is soon, and on
     * another elsewhere.
     *
     * @param likelyNanos what it is likely to take; 0 where that is not known
     * @param task may throw {@link TurnsTaken} before it has done anything
     * @throws VitrineException OVERLOADED when there is no room
     */
    void work(long likelyNanos, Runnable task) {
        if (!room.tryAcquire()) {
            throw VitrineException.refusal(
                    ServerError.OVERLOADED,
                    "the server is answering " + most + " gRPC requests already; try again soon");
        }
        boolean begun = false;
        try {
            if (!network.soon(likelyNanos, () -> here(task))) {
                workers.execute(() -> elsewhere(task));
            }
            begun = true;
        } finally {
            if (!begun) {
                room.release();
            }
        }
    }

    private void here(Runnable task) {
        boolean moved = false;
        try {
            task.run();
        } catch (TurnsTaken e) {
            workers.execute(() -> elsewhere(task));
            moved = true;
        } finally {
            if (!moved) {
                room.release();
            }
        }
    }

    private void elsewhere(Runnable task) {
        try {
            task.run();
        } finally {
            room.release();
        }
    }

    /** Requests that are being answered. */
    int busy() {
        return most - room.availablePermits();
    }
}
