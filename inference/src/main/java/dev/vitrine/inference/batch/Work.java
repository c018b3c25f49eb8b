package dev.vitrine.inference.batch;

import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Tensor;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A request to run a model once.
 *
 * @param outputs wanted, in the order of the answer
 * @param priority smaller numbers are taken first; 0 is as good as any
 * @param timeout from now; what is not begun by then is never begun
 * @param cancellation by which the caller says that it went away
 */
public record Work(
        Map<String, Tensor> inputs,
        List<String> outputs,
        int priority,
        Duration timeout,
        Cancellation cancellation) {
    /** The same, cancelled by something else. */
    public Work with(Cancellation other) {
        return new Work(inputs, outputs, priority, timeout, other);
    }
}
