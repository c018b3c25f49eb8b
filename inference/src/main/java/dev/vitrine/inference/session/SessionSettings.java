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

    /** What one run may use at most: as many threads as there are processors. */
    public static int mostThreads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors());
    }

    /** What can run models; others than the processor need an artefact of the runtime with them. */
    public enum Device {
        CPU,
        CUDA
    }

    public SessionSettings {
        int most = mostThreads();
        if (threads < 1 || threads > most) {
            throw VitrineException.field(
                    InferenceError.MODEL_INVALID,
                    "threads",
                    "threads of a run: expected 1 to " + most + ", found " + threads);
        }
    }
}
