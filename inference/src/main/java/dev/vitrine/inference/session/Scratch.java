package dev.vitrine.inference.session;

import dev.vitrine.inference.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside the heap for the tensors of one run, used again by the next: a buffer of its own
 * for each would have to be cleared, registered and collected each time. It grows to what runs
 * needed, up to a bound; what is larger gets a buffer of its own. For one thread at a time.
 */
public final class Scratch {
    /** What the processor's widest instructions like to find their numbers at. */
    private static final int ALIGNMENT = 64;

    private final long most;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private int used;
    private long wanted;

    /**
     * @param most bytes that are kept from run to run
     */
    public Scratch(long most) {
        this.most = most;
    }

    /** One whose buffers are never used again, for outputs that are to stay. */
    public static Scratch once() {
        return new Scratch(0);
    }

    /** Little-endian; holds anything until it is written. */
    public ByteBuffer take(long bytes) {
        long aligned = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        wanted += aligned;
        if (aligned > block.capacity() - used) {
            return Tensor.direct(bytes);
        }
        ByteBuffer taken = block.slice(used, (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        used += (int) aligned;
        return taken;
    }

    /** Takes everything back. */
    public void reset() {
        if (wanted > block.capacity() && block.capacity() < most) {
            long size = Math.min(most, Math.max(ALIGNMENT, Long.highestOneBit(wanted) << 1));
            block = Tensor.direct(size);
            block = block.alignedSlice(ALIGNMENT).order(ByteOrder.LITTLE_ENDIAN);
        }
        used = 0;
        wanted = 0;
    }
}
