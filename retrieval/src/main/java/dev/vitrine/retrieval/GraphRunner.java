package dev.vitrine.retrieval;

import dev.vitrine.inference.tensor.Tensor;
import java.util.Map;

/** Runs the graph of a model: a session by itself, or the inference engine where it serves. */
@FunctionalInterface
public interface GraphRunner {
    /**
     * @param inputs by name, as the graph declares them
     * @return all outputs by name
     */
    Map<String, Tensor> run(Map<String, Tensor> inputs);
}
