package dev.vitrine.data.simulation;

/** Numbers that look random and depend on nothing but their arguments. */
final class Chance {
    private Chance() {}

    /** 64 well mixed bits (the finaliser of SplitMix64, over all three arguments). */
    static long bits(long seed, long subject, long aspect) {
        long h = mix(seed ^ mix(subject * 0x9E3779B97F4A7C15L + aspect));
        return mix(h + aspect * 0xD1B54A32D192ED03L);
    }

    /** Evenly from 0 to below 1. */
    static double share(long seed, long subject, long aspect) {
        return (bits(seed, subject, aspect) >>> 11) * 0x1.0p-53;
    }

    /** Evenly from 0 to below {@code bound}. */
    static int below(int bound, long seed, long subject, long aspect) {
        return (int) (share(seed, subject, aspect) * bound);
    }

    /** About normal with mean 0 and deviation 1: a sum of four even ones. */
    static double normal(long seed, long subject, long aspect) {
        double sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += share(seed, subject, aspect * 4 + i);
        }
        return (sum - 2) * 1.7320508;
    }

    static long hash(String text) {
        long h = 1125899906842597L;
        for (int i = 0; i < text.length(); i++) {
            h = 31 * h + text.charAt(i);
        }
        return mix(h);
    }

    private static long mix(long value) {
        long h = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        h = (h ^ (h >>> 27)) * 0x94D049BB133111EBL;
        return h ^ (h >>> 31);
    }
}
