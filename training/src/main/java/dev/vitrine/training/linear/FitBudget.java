package dev.vitrine.training.linear;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;

/**
 * What a fit may use of the machine.
 *
 * @param threads at most this many at work
 * @param memory at most this much native memory for one model
 */
public record FitBudget(int threads, DataSize memory) {
    public FitBudget {
        if (threads < 1) {
            throw new VitrineException(
                    TrainingError.SETTING_INVALID, "threads must be at least 1, found " + threads);
        }
    }

    /** Whether {@code bytes} fit both the budget and what the machine has free now. */
    public boolean allows(long bytes) {
        return bytes <= memory.bytes() && bytes <= FreeMemory.bytes();
    }

    /**
     * Refuses before anything is allocated.
     *
     * @throws VitrineException {@code MEMORY_INSUFFICIENT}
     */
    public void require(long bytes, String what) {
        long free = FreeMemory.bytes();
        if (bytes > memory.bytes() || bytes > free) {
            throw new VitrineException(
                    TrainingError.MEMORY_INSUFFICIENT,
                    what
                            + " needs "
                            + (bytes >> 20)
                            + " MiB; the budget is "
                            + (memory.bytes() >> 20)
                            + " MiB and the machine has "
                            + (free >> 20)
                            + " MiB free");
        }
    }
}
