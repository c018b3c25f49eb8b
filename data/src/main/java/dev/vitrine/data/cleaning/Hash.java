package dev.vitrine.data.cleaning;

/** 64-bit hashes that spread well enough for open addressing and for telling events apart. */
final class Hash {
    private Hash() {}

    /** SplitMix64's finaliser. */
    static long mix(long value) {
        long z = value + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    static long add(long hash, long value) {
        return mix(hash ^ mix(value));
    }

    static long add(long hash, String text) {
        long h = hash ^ text.length();
        for (int i = 0; i < text.length(); i++) {
            h = (h ^ text.charAt(i)) * 0x100000001B3L;
            h ^= h >>> 29;
        }
        return mix(h);
    }
}
