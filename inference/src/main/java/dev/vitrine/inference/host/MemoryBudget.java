package dev.vitrine.inference.host;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;

/**
 * Memory that models may take together: reserved by an estimate before they are loaded, corrected
 * by what they were measured to take once they are.
 */
public final class MemoryBudget {
    private final long limit;
    private long reserved;
    private long most;

    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Reserves.
     *
     * @throws VitrineException MEMORY_INSUFFICIENT when it does not fit; nothing is reserved then
     */
    synchronized void reserve(String what, long bytes) {
        if (bytes > limit - reserved) {
            throw new VitrineException(
                    InferenceError.MEMORY_INSUFFICIENT,
                    what
                            + " needs "
                            + (bytes >> 20)
                            + " MiB; of "
                            + (limit >> 20)
                            + " MiB for models "
                            + ((limit - reserved) >> 20)
                            + " MiB are free");
        }
        reserved += bytes;
        most = Math.max(most, reserved);
    }

    /**
     * Replaces a reservation by what was measured.
     *
     * @throws VitrineException MEMORY_INSUFFICIENT when that is more and does not fit; the
     *     reservation is as it was then
     */
    synchronized void correct(String what, long bytes, long measured) {
        reserved -= bytes;
        try {
            reserve(what + ", as measured,", measured);
        } catch (VitrineException e) {
            reserved += bytes;
            throw e;
        }
    }

    synchronized void release(long bytes) {
        reserved -= bytes;
    }

    public long limit() {
        return limit;
    }

    /** The most that was ever reserved at once. */
    public synchronized long mostReserved() {
        return most;
    }

    public synchronized long reserved() {
        return reserved;
    }
}
