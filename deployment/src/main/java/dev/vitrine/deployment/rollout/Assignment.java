package dev.vitrine.deployment.rollout;

/**
 * Places visitors: a pure function of a rollout's salt and a visitor.
 *
 * <p>A visitor's place is a number from 0 to 1, the same on every node and for as long as the
 * rollout lasts. The candidate answers places from 0 up to the share, so that a larger share only
 * adds visitors. The baseline are the places from 1 down, as many as the canary or, beyond one
 * half, as are left; then the canary is as many from 0 up, and who lies between is ahead. So canary
 * and baseline are disjoint and of equal size at every share, and a count that falls on either is
 * the canary's with a chance of exactly one half if the releases do not differ.
 */
public final class Assignment {
    private Assignment() {}

    /** Where a visitor stands, from 0 to 1 (excluded). */
    public static double place(String salt, String visitor) {
        long hash = 0xcbf29ce484222325L;
        hash = fnv(hash, salt);
        hash = (hash ^ '\n') * 0x100000001b3L;
        hash = mix(fnv(hash, visitor));
        return (hash >>> 11) * 0x1p-53;
    }

    /** What a visitor at a place is to a stage that takes a share (0 to 1). */
    public static Group group(Stage.Kind kind, double share, double place) {
        if (kind == Stage.Kind.SHADOW) {
            return place < share ? Group.MIRRORED : Group.LIVE;
        }
        double compared = Math.min(share, 1 - share);
        if (place < compared) {
            return Group.CANARY;
        }
        if (place < share) {
            return Group.AHEAD;
        }
        return place >= 1 - compared ? Group.BASELINE : Group.LIVE;
    }

    private static long fnv(long hash, String text) {
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        return hash;
    }

    /** The finalizer of SplitMix64: FNV-1a alone leaves the high bits of short texts alike. */
    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
