package dev.vitrine.server.grpc;

import dev.vitrine.inference.batch.TurnsTaken;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.server.access.Caller;
import dev.vitrine.server.access.Role;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * {@code ModelInfer}: one request, one answer. The network's thread reads the request. It also
 * answers it when that is likely to be short; otherwise one other thread runs the model and hands
 * the answer back, so that a slow model holds up nobody else.
 */
final class ModelInferCalls implements ServerCallHandler<InferMessage, InferAnswer> {
    private static final ServerCall.Listener<InferMessage> NOTHING = new ServerCall.Listener<>() {};

    private final ModelRuns runs;
    private final CallGate gate;
    private final GrpcMeter meter;

    ModelInferCalls(ModelRuns runs, CallGate gate, GrpcMeter meter) {
        this.runs = runs;
        this.gate = gate;
        this.meter = meter;
    }

    @Override
    public ServerCall.Listener<InferMessage> startCall(
            ServerCall<InferMessage, InferAnswer> call, Metadata headers) {
        long began = System.nanoTime();
        Caller caller;
        try {
            caller = gate.admit(call, headers, Role.OPERATOR);
        } catch (RuntimeException e) {
            refuse(call, e, false, began);
            return NOTHING;
        }
        // A client that sends a second message to a method that takes one is told so by gRPC.
        call.request(2);
        return new One(call, caller, Context.current().getDeadline(), began);
    }

    private void refuse(ServerCall<?, ?> call, Throwable error, boolean trusted, long began) {
        Status status = GrpcErrors.status(error, trusted);
        call.close(status, GrpcErrors.trailers(status));
        meter.finished(status.getCode(), System.nanoTime() - began);
    }

    private final class One extends ServerCall.Listener<InferMessage> {
        private final ServerCall<InferMessage, InferAnswer> call;
        private final Caller caller;
        private final @Nullable Deadline deadline;
        private final long began;
        private final Cancellation cancellation = new Cancellation();
        private @Nullable InferMessage message;
        private boolean whole;

        One(
                ServerCall<InferMessage, InferAnswer> call,
                Caller caller,
                @Nullable Deadline deadline,
                long began) {
            this.call = call;
            this.caller = caller;
            this.deadline = deadline;
            this.began = began;
        }

        @Override
        public void onMessage(InferMessage read) {
            if (message != null) {
                call.close(
                        Status.INVALID_ARGUMENT.withDescription(
                                "ModelInfer takes one request; ModelStreamInfer takes more"),
                        new Metadata());
                return;
            }
            message = read;
        }

        @Override
        public void onHalfClose() {
            whole = true;
            InferMessage read = message;
            if (read == null) {
                refuse(call, WireReader.invalid("the request is missing"), true, began);
                return;
            }
            message = null;
            try {
                gate.work(runs.likelyNanos(read, cancellation), () -> answer(read));
            } catch (RuntimeException e) {
                refuse(call, e, true, began);
            }
        }

        private void answer(InferMessage read) {
            if (cancellation.isCancelled()) {
                meter.finished(Status.Code.CANCELLED, System.nanoTime() - began);
                return;
            }
            try {
                InferAnswer answer = runs.run(read, caller.client(), deadline, cancellation, false);
                call.sendHeaders(new Metadata());
                call.sendMessage(answer);
                call.close(Status.OK, new Metadata());
                meter.finished(Status.Code.OK, System.nanoTime() - began);
            } catch (TurnsTaken e) {
                throw e;
            } catch (RuntimeException | Error e) {
                refuse(call, e, caller.role().includes(Role.OPERATOR), began);
            }
        }

        @Override
        public void onCancel() {
            cancellation.cancel();
            if (!whole) {
                meter.finished(Status.Code.CANCELLED, System.nanoTime() - began);
            }
        }
    }
}
