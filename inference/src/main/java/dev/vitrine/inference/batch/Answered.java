package dev.vitrine.inference.batch;

import dev.vitrine.inference.tensor.Tensor;
import java.util.Map;

/**
 * What a request got.
 *
 * @param queueNanos from its arrival until it was taken for a run; 0 where a turn was free
 * @param batchNanos from there until the model began: its thread woke up, and what shares the run
 *     was put together
 * @param runNanos of the model
 * @param requests that shared the run
 * @param runRows rows of the whole run, told to one of those who share it; 0 for the others
 */
public record Answered(
        Map<String, Tensor> outputs,
        long queueNanos,
        long batchNanos,
        long runNanos,
        int requests,
        long runRows) {
    /** From its arrival to its answer, without what its thread took to hear of it. */
    public long totalNanos() {
        return queueNanos + batchNanos + runNanos;
    }
}
