package dev.vitrine.server.protocol;

import dev.vitrine.inference.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A request to run a model once.
 *
 * @param id the caller's own; empty when it gave none
 * @param outputs wanted, in the order of the answer; empty for all
 * @param binary whether outputs that say nothing else go back as bytes behind the JSON
 * @param priority 0 is as good as any; a greater number may be refused before smaller ones
 * @param timeout how long an answer is of use
 */
public record InferRequest(
        String id,
        Map<String, Tensor> inputs,
        List<Output> outputs,
        boolean binary,
        int priority,
        Duration timeout) {
    /** As good as any, of use for the usual time. */
    public InferRequest(
            String id, Map<String, Tensor> inputs, List<Output> outputs, boolean binary) {
        this(id, inputs, outputs, binary, 0, InferCall.TIMEOUT);
    }

    /**
     * A wanted output.
     *
     * @param binary whether it goes back as bytes behind the JSON
     */
    public record Output(String name, boolean binary) {}
}
