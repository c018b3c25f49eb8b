package dev.vitrine.retrieval.sequence;

import dev.vitrine.inference.tensor.Tensor;
import java.util.Map;

/** Runs the graph of a sequence model; through the inference engine where it serves. */
@FunctionalInterface
public interface QueryEncoder {
    /**
     * @param inputs {@code history} FP32 [visitors, length, width] and {@code last} INT64
     *     [visitors]
     * @return {@code query} FP32 [visitors, width]
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs);
}
