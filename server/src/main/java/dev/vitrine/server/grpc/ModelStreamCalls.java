package dev.vitrine.server.grpc;

import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.server.access.Caller;
import dev.vitrine.server.access.Role;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * {@code ModelStreamInfer}: requests as they come, one answer for each in their order. A request
 * that fails gets an answer with a message and the stream goes on. So many of a stream are worked
 * on at once; more are asked of the caller only as answers leave, and none while it does not read.
 */
final class ModelStreamCalls implements ServerCallHandler<InferMessage, InferAnswer> {
    private static final int AT_ONCE = 16;
    private static final ServerCall.Listener<InferMessage> NOTHING = new ServerCall.Listener<>() {};

    private final ModelRuns runs;
    private final CallGate gate;
    private final GrpcMeter meter;

    ModelStreamCalls(ModelRuns runs, CallGate gate, GrpcMeter meter) {
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
            Status status = GrpcErrors.status(e, false);
            call.close(status, GrpcErrors.trailers(status));
            meter.finished(status.getCode(), System.nanoTime() - began);
            return NOTHING;
        }
        // Triton sends its headers at once, and clients may wait for them before they write.
        call.sendHeaders(new Metadata());
        call.request(AT_ONCE);
        return new Many(call, caller, Context.current().getDeadline(), began);
    }

    private static final class Turn {
        final Cancellation cancellation = new Cancellation();
        @Nullable InferAnswer answer;
    }

    private final class Many extends ServerCall.Listener<InferMessage> {
        private final ServerCall<InferMessage, InferAnswer> call;
        private final Caller caller;
        private final @Nullable Deadline deadline;
        private final long began;
        private final Deque<Turn> turns = new ArrayDeque<>();
        private int owed;
        private boolean halfClosed;
        private boolean over;

        Many(
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
        public void onMessage(InferMessage message) {
            Turn turn = new Turn();
            synchronized (this) {
                if (over) {
                    return;
                }
                turns.add(turn);
            }
            try {
                gate.work(() -> answered(turn, answer(message, turn)));
            } catch (RuntimeException e) {
                answered(turn, failed(message, e));
            }
        }

        private InferAnswer answer(InferMessage message, Turn turn) {
            try {
                return runs.run(message, caller.client(), deadline, turn.cancellation, true);
            } catch (RuntimeException | Error e) {
                return failed(message, e);
            }
        }

        private InferAnswer failed(InferMessage message, Throwable error) {
            Status status = GrpcErrors.status(error, caller.role().includes(Role.OPERATOR));
            String description = status.getDescription();
            return InferAnswer.failed(
                    message.model(),
                    message.id(),
                    description == null ? status.getCode().name() : description);
        }

        /** Sends what is ready, in order; whoever finishes an answer does it. */
        private synchronized void answered(Turn turn, InferAnswer answer) {
            turn.answer = answer;
            while (!over && !turns.isEmpty()) {
                InferAnswer next = turns.getFirst().answer;
                if (next == null) {
                    return;
                }
                turns.removeFirst();
                call.sendMessage(next);
                owed++;
            }
            more();
        }

        private void more() {
            if (over) {
                return;
            }
            if (halfClosed) {
                if (turns.isEmpty()) {
                    end(Status.OK);
                    call.close(Status.OK, new Metadata());
                }
            } else if (owed > 0 && call.isReady()) {
                call.request(owed);
                owed = 0;
            }
        }

        private void end(Status status) {
            over = true;
            meter.finished(status.getCode(), System.nanoTime() - began);
        }

        @Override
        public synchronized void onReady() {
            more();
        }

        @Override
        public synchronized void onHalfClose() {
            halfClosed = true;
            more();
        }

        @Override
        public synchronized void onCancel() {
            if (!over) {
                end(Status.CANCELLED);
                turns.forEach(turn -> turn.cancellation.cancel());
                turns.clear();
            }
        }
    }
}
