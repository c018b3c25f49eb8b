package dev.vitrine.deployment;

/**
 * Where a visitor falls: a number from 0 to 1 that depends on a salt and the visitor alone, so that
 * every node says the same, now and after a restart, and nothing has to be stored. Rollouts and
 * experiments draw by it, each with a salt and a purpose of their own, so that no draw says
 * anything of another. A salt is made a seed once, by FNV-1a over its UTF-16 units and a mix; a
 * visitor then costs two mixes of SplitMix64 (Steele, Lea and Flood 2014), after each of which
 * every bit depends on every bit. With 53 bits, the chance to fall below a bound is off by at most
 * 2^-53.
 */
public final class VisitorHash {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long OFFSET = 0xCBF29CE484222325L;
    private static final long PRIME = 0x100000001B3L;

    private final long seed;

    /**
     * @param salt another one deals all visitors anew
     * @param purpose keeps draws of the same salt apart
     */
    public VisitorHash(String salt, String purpose) {
        seed = mixed(fnv(fnv(OFFSET, purpose + '\n'), salt));
    }

    /** What stands for a visitor's id wherever visitors are numbers. */
    public static long number(String id) {
        return mixed(fnv(OFFSET, id));
    }

    /** Where a visitor falls, in [0, 1). */
    public double place(long visitor) {
        return (bits(visitor) >>> 11) * 0x1p-53;
    }

    /** A number of the visitor that belongs to this salt and purpose, and fits to no other. */
    public long bits(long visitor) {
        return mixed(seed ^ mixed(visitor + GOLDEN));
    }

    /** The finalizer of SplitMix64: every bit of the result depends on every bit. */
    public static long mixed(long state) {
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private static long fnv(long hash, String text) {
        long next = hash;
        for (int i = 0; i < text.length(); i++) {
            next = (next ^ text.charAt(i)) * PRIME;
        }
        return next;
    }
}
