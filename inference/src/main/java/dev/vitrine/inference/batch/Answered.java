package dev.vitrine.inference.batch;

import dev.vitrine.inference.tensor.Tensor;
import java.util.Map;

/**
 * What a request got.
 *
 * @param queueNanos from its arrival to the begin of its run
 * @param runNanos of the run
 * @param requests that shared the run
 */
public record Answered(Map<String, Tensor> outputs, long queueNanos, long runNanos, int requests) {}
