package dev.vitrine.inference.session;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;

/**
 * How a model runs.
 *
 * @param threads that one run uses; with many requests at once one thread a run gives the most
 *     answers, more of them shorten a single large run
 * @param device where it runs
 */
public record SessionSettings(int threads, Device device) {
    /** One thread a run, on the processor. */
    public static final SessionSettings DEFAULT = new SessionSettings(1, Device.CPU);

    /** What can run models; others than the processor need an artefact of the runtime with them. */
    public enum Device {
        CPU,
        CUDA
    }

    public SessionSettings {
        int most = Runtime.getRuntime().availableProcessors();
        if (threads < 1 || threads > Math.max(most, 1)) {
            throw VitrineException.field(
                    InferenceError.MODEL_INVALID,
                    "threads",
                    "threads of a run: expected 1 to " + most + ", found " + threads);
        }
    }
}
