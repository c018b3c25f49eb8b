package dev.vitrine.server.protocol;

import dev.vitrine.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A request to run a model once.
 *
 * @param id the caller's own; empty when it gave none
 * @param outputs wanted, in the order of the answer; empty for all
 * @param binary whether outputs that say nothing else go back as bytes behind the JSON
 */
public record InferRequest(
        String id, Map<String, Tensor> inputs, List<Output> outputs, boolean binary) {
    /**
     * A wanted output.
     *
     * @param binary whether it goes back as bytes behind the JSON
     */
    public record Output(String name, boolean binary) {}
}
