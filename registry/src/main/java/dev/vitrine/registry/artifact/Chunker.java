package dev.vitrine.registry.artifact;

import java.io.IOException;
import java.io.InputStream;
import java.util.SplittableRandom;

/**
 * Cuts a stream where its content says so, so that what is inserted or removed moves no cut but
 * those beside it, and two versions of a file share all chunks but the changed ones.
 *
 * <p>A gear hash (FastCDC: Xia et al., USENIX ATC 2016) adds a fixed random number for each byte to
 * twice its value, so that it depends on the last 64 bytes alone. A chunk ends where the highest
 * bits of the hash are zero: {@value #STRICT} bits before the mean size, {@value #LOOSE} after it,
 * which draws sizes towards the mean of about {@value #MEAN} bytes; never before {@value #LEAST},
 * never after {@value #MOST}. These numbers and those of the gear belong to what is stored: other
 * ones would find nothing that is shared.
 */
public final class Chunker {
    static final int LEAST = 64 << 10;
    static final int MEAN = 256 << 10;

    /** No chunk is larger. */
    public static final int MOST = 1 << 20;

    static final int STRICT = 19;
    static final int LOOSE = 17;

    private static final long STRICT_MASK = -1L << (64 - STRICT);
    private static final long LOOSE_MASK = -1L << (64 - LOOSE);
    private static final long[] GEAR = gear();

    private final InputStream in;
    private final byte[] buffer = new byte[MOST];
    private int filled;
    private boolean ended;

    public Chunker(InputStream in) {
        this.in = in;
    }

    private static long[] gear() {
        SplittableRandom random = new SplittableRandom(0x5649_5452_494eL);
        long[] gear = new long[256];
        for (int i = 0; i < gear.length; i++) {
            gear[i] = random.nextLong();
        }
        return gear;
    }

    /** What is done with a chunk; the bytes are valid until it returns. */
    interface Use {
        void chunk(byte[] bytes, int length) throws IOException;
    }

    /** Gives the next chunk; false at the end. */
    boolean next(Use use) throws IOException {
        while (!ended && filled < MOST) {
            int n = in.read(buffer, filled, MOST - filled);
            if (n < 0) {
                ended = true;
            } else {
                filled += n;
            }
        }
        if (filled == 0) {
            return false;
        }
        int length = cut(buffer, filled);
        use.chunk(buffer, length);
        System.arraycopy(buffer, length, buffer, 0, filled - length);
        filled -= length;
        return true;
    }

    private static int cut(byte[] bytes, int size) {
        if (size <= LEAST) {
            return size;
        }
        long hash = 0;
        int i = LEAST - 64;
        for (; i < LEAST; i++) {
            hash = (hash << 1) + GEAR[bytes[i] & 0xff];
        }
        int mean = Math.min(size, MEAN);
        for (; i < mean; i++) {
            hash = (hash << 1) + GEAR[bytes[i] & 0xff];
            if ((hash & STRICT_MASK) == 0) {
                return i + 1;
            }
        }
        for (; i < size; i++) {
            hash = (hash << 1) + GEAR[bytes[i] & 0xff];
            if ((hash & LOOSE_MASK) == 0) {
                return i + 1;
            }
        }
        return size;
    }
}
