package dev.vitrine.deployment.rollout;

import dev.vitrine.deployment.VisitorHash;

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
        return new VisitorHash(salt, "rollout").place(VisitorHash.number(visitor));
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
}
