package dev.vitrine.inference.batch;

import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.session.Scratch;
import dev.vitrine.inference.tensor.Tensor;
import java.util.List;
import java.util.Map;

/** Runs what the model does. */
@FunctionalInterface
public interface Model {
    /**
     * Runs once, in the calling thread.
     *
     * @param cancellation ends the run early
     * @param scratch where inputs and outputs may lie while it runs; outputs in direct buffers are
     *     taken to lie there
     */
    Map<String, Tensor> run(
            Map<String, Tensor> inputs,
            List<String> outputs,
            Cancellation cancellation,
            Scratch scratch);
}
