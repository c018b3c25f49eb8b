package dev.vitrine.server.grpc;

import dev.vitrine.server.protocol.InferRequest;
import java.time.Duration;

/** A {@code ModelInferRequest} as it came. */
sealed interface InferMessage {
    /** The model it names; empty when that was not read. */
    String model();

    /** The caller's own name of it; empty when there is none. */
    String id();

    /**
     * One that can be run.
     *
     * @param version empty for the one that answers now; a number or a label
     * @param priority 0 is as good as any
     * @param timeout from when the run is asked for
     * @param form how the outputs go back
     * @param marksEnd whether the answer on a stream is to say that it is the only one
     */
    record Runnable(
            String model,
            String version,
            InferRequest request,
            int priority,
            Duration timeout,
            Form form,
            boolean marksEnd)
            implements InferMessage {
        @Override
        public String id() {
            return request.id();
        }
    }

    /** One that does not keep to the protocol. */
    record Refused(String model, String id, RuntimeException reason) implements InferMessage {}

    /**
     * How outputs go back. Triton answers raw whatever it was sent, and its clients read that;
     * other servers answer typed to those who send typed. So typed requests get both.
     */
    enum Form {
        RAW,
        TYPED,
        BOTH
    }
}
