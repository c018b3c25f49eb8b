package dev.vitrine.server.grpc;

import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.VitrineException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/** The one place where errors become the status codes of gRPC. */
final class GrpcErrors {
    private static final System.Logger LOG = System.getLogger(GrpcErrors.class.getName());

    /** Tells clients that retry by themselves when to do it. */
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private static final String RETRY_MILLIS = "1000";

    private GrpcErrors() {}

    /**
     * The status of what went wrong.
     *
     * @param trusted whether the caller may read what a fault of ours or of a disk says, which may
     *     name files
     */
    static Status status(Throwable error, boolean trusted) {
        if (error instanceof StatusRuntimeException known) {
            return known.getStatus();
        }
        if (!(error instanceof VitrineException known)) {
            LOG.log(System.Logger.Level.ERROR, "a call failed", error);
            return Status.INTERNAL.withDescription("the server failed; its log says more");
        }
        Category category = known.code().category();
        boolean inner = category == Category.INTERNAL || category == Category.OUTSIDE;
        if (inner) {
            LOG.log(System.Logger.Level.ERROR, "a call failed", error);
        }
        return code(category)
                .toStatus()
                .withDescription(
                        inner && !trusted
                                ? "the server could not do this; its log says more"
                                : known.getMessage());
    }

    private static Status.Code code(Category category) {
        return switch (category) {
            case INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
            case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case CONFLICT -> Status.Code.ALREADY_EXISTS;
            case TOO_LARGE, EXHAUSTED -> Status.Code.RESOURCE_EXHAUSTED;
            case UNAVAILABLE, OUTSIDE -> Status.Code.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Status.Code.DEADLINE_EXCEEDED;
            case INTERNAL -> Status.Code.INTERNAL;
        };
    }

    /** A status to be thrown, or handed on as if it had been: it tells the caller, not us. */
    static StatusRuntimeException thrown(Status status) {
        return new Told(status, trailers(status));
    }

    /** Without a stack trace: what refuses under too much load must cost next to nothing. */
    private static final class Told extends StatusRuntimeException {
        private static final long serialVersionUID = 1L;

        Told(Status status, Metadata trailers) {
            super(status, trailers);
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** What goes back beside a status. */
    static Metadata trailers(Status status) {
        Metadata trailers = new Metadata();
        if (status.getCode() == Status.Code.UNAVAILABLE) {
            trailers.put(PUSHBACK, RETRY_MILLIS);
        }
        return trailers;
    }
}
