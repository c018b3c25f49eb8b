package dev.vitrine.server.grpc;

import dev.vitrine.server.access.Caller;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.grpc.wire.GRPCInferenceServiceGrpc;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Set;

/**
 * Admits the callers of every method that does not run models. Whether the server lives and what it
 * is may anybody ask, as over HTTP.
 */
final class AccessInterceptor implements ServerInterceptor {
    private static final Context.Key<Caller> CALLER =
            Context.keyWithDefault("caller", Caller.ANONYMOUS);
    private static final Set<String> OPEN =
            Set.of(
                    GRPCInferenceServiceGrpc.getServerLiveMethod().getFullMethodName(),
                    GRPCInferenceServiceGrpc.getServerReadyMethod().getFullMethodName(),
                    GRPCInferenceServiceGrpc.getServerMetadataMethod().getFullMethodName());

    private final CallGate gate;

    AccessInterceptor(CallGate gate) {
        this.gate = gate;
    }

    /** Who makes the call that is being begun on this thread. */
    static Caller caller() {
        return CALLER.get();
    }

    @Override
    public <T, R> ServerCall.Listener<T> interceptCall(
            ServerCall<T, R> call, Metadata headers, ServerCallHandler<T, R> next) {
        if (OPEN.contains(call.getMethodDescriptor().getFullMethodName())) {
            return next.startCall(call, headers);
        }
        try {
            Caller caller = gate.admit(call, headers, Role.OPERATOR);
            return Contexts.interceptCall(
                    Context.current().withValue(CALLER, caller), call, headers, next);
        } catch (RuntimeException e) {
            Status status = GrpcErrors.status(e, false);
            call.close(status, GrpcErrors.trailers(status));
            return new ServerCall.Listener<>() {};
        }
    }
}
