package dev.vitrine.training.encoder;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.retrieval.encoder.EncoderConfig;
import dev.vitrine.retrieval.encoder.EncoderTensors;
import dev.vitrine.training.TrainingError;
import dev.vitrine.training.linear.FitBudget;
import java.util.Arrays;

/**
 * What fitting a whole encoder takes, worked out before it begins. Outside the heap: each weight,
 * its gradient and the two means of the optimiser, what a step keeps to go back through the layers,
 * and the engine itself. In the heap: the weights of the best epoch, those of the graph that is
 * validated, and the largest table of them twice on its way there.
 *
 * @param outside bytes outside the heap
 * @param heap bytes in it
 */
record EncoderMemory(long outside, long heap) {
    private static final long ENGINE = 512L << 20;

    /** Values of a token's vector that a block keeps: with masks of dropout, by its operators. */
    private static final long KEPT = 20;

    /** Of the values inside the dense layers, and of the weights of attention, those kept. */
    private static final long KEPT_INSIDE = 4;

    /**
     * @param texts in a step
     * @param tokens of a text at most
     */
    static EncoderMemory of(EncoderConfig config, long texts, long tokens) {
        long weights = 0;
        long largest = 0;
        for (EncoderTensors.Named each : EncoderTensors.encoder(config)) {
            long size = Float.BYTES * Arrays.stream(each.shape()).reduce(1, Math::multiplyExact);
            weights += size;
            largest = Math.max(largest, size);
        }
        long each =
                KEPT * config.width()
                        + KEPT_INSIDE * config.inner()
                        + KEPT_INSIDE * config.heads() * tokens;
        long kept = Float.BYTES * each * (config.layers() + 1L) * texts * tokens;
        return new EncoderMemory(4 * weights + kept + ENGINE, 2 * weights + 2 * largest);
    }

    /**
     * Refuses a fit that the machine cannot bear.
     *
     * @throws VitrineException MEMORY_INSUFFICIENT, saying what would need less
     */
    void require(FitBudget budget, String what) {
        budget.require(outside, what + " (an adapter, fewer --batch or --tokens would need less)");
        long most = Runtime.getRuntime().maxMemory();
        if (heap > most) {
            throw new VitrineException(
                    TrainingError.MEMORY_INSUFFICIENT,
                    what
                            + " needs "
                            + (heap >> 20)
                            + " MiB of the heap, which may have "
                            + (most >> 20)
                            + " MiB; VITRINE_JAVA_OPTS=-Xmx… gives it more");
        }
    }
}
