package dev.vitrine.server.http;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for the bodies of all requests of the process together. Each body takes of it as its bytes
 * arrive, in steps, and gives all back when its request is over; one that never has more than
 * {@link #FREE} bytes takes nothing, so that small requests meet nobody here.
 */
public final class BodyRoom {
    /** Bytes of each body that are not counted until it has more. */
    public static final int FREE = 64 << 10;

    /** Bytes that are taken at once. */
    private static final int STEP = 64 << 10;

    private final DataSize most;
    private final AtomicLong taken = new AtomicLong();

    public BodyRoom(DataSize most) {
        this.most = most;
    }

    /**
     * Takes as many more as a body needs that has so many bytes now.
     *
     * @param held bytes that it has taken already
     * @return bytes that it has taken now, at least {@code bytes}
     * @throws VitrineException OVERLOADED when there is no room; what it has taken stays its own
     */
    public long hold(long held, long bytes) {
        long more = Math.max(0, (bytes - held + STEP - 1) / STEP * STEP);
        if (taken.addAndGet(more) > most.bytes()) {
            taken.addAndGet(-more);
            throw VitrineException.refusal(
                    ServerError.OVERLOADED,
                    "the bodies of all requests that are being read take "
                            + most
                            + " already; try again soon");
        }
        return held + more;
    }

    public void give(long bytes) {
        if (bytes > 0) {
            taken.addAndGet(-bytes);
        }
    }

    /** Bytes that are taken now. */
    public long taken() {
        return taken.get();
    }
}
