package dev.vitrine.inference.host;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;

/**
 * Memory that models may take together: reserved by an estimate before they are loaded, corrected
 * by what they were measured to take once they are.
 */
public final class MemoryBudget {
    private static final long MIB = 1 << 20;

    private final long limit;
    private long reserved;
    private long most;

    public MemoryBudget(long limit) {
        this.limit = limit;
    }

    /**
     * Reserves.
     *
     * @throws VitrineException MODEL_TOO_LARGE when it does not fit; nothing is reserved then
     */
    synchronized void reserve(String what, long bytes) {
        if (bytes > limit - reserved) {
            throw new VitrineException(
                    InferenceError.MODEL_TOO_LARGE,
                    what
                            + " needs "
                            + ((bytes + MIB - 1) / MIB)
                            + " MiB; of "
                            + limit / MIB
                            + " MiB for models "
                            + Math.max(0, limit - reserved) / MIB
                            + " MiB are free"
                            + (bytes > limit ? "; it does not fit alone either" : ""));
        }
        reserved += bytes;
        most = Math.max(most, reserved);
    }

    /**
     * Replaces a reservation by what was measured.
     *
     * @throws VitrineException MODEL_TOO_LARGE when that is more and does not fit; the reservation
     *     is as it was then
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
