package dev.vitrine.deployment.experiment;

/**
 * Where a visitor falls: a number from 0 to 1 that depends on a salt and the visitor's number
 * alone, so that every node says the same, now and after a restart, and nothing has to be stored. A
 * salt is made a seed once, by FNV-1a over its UTF-16 units and a mix; a visitor then costs two
 * mixes of SplitMix64 (Steele, Lea and Flood 2014), after each of which every bit depends on every
 * bit. With 53 bits, the chance to fall below a bound is off by at most 2^-53.
 */
final class VisitorHash {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final long seed;

    VisitorHash(String salt, String purpose) {
        long hash = 0xCBF29CE484222325L;
        String text = purpose + '\n' + salt;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        seed = mixed(hash);
    }

    /** In [0, 1). */
    double place(long visitor) {
        return (mixed(seed ^ mixed(visitor + GOLDEN)) >>> 11) * 0x1p-53;
    }

    static long mixed(long state) {
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
