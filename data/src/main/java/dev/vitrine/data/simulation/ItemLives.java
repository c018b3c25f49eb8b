package dev.vitrine.data.simulation;

import dev.vitrine.data.catalog.Product;

/** When each item comes and goes: most are there throughout. Times in epoch milliseconds. */
record ItemLives(long seed, long start, long end, double newShare, double dyingShare) {
    boolean isNew(int item) {
        return Chance.share(seed, item, 201) < newShare;
    }

    /** When it appears; the distant past for an item that is not new. */
    long birth(int item) {
        return isNew(item)
                ? start + (long) (Chance.share(seed, item, 202) * 0.9 * (end - start))
                : Long.MIN_VALUE;
    }

    /** When it leaves; {@link Product#NO_TIME} when it stays. */
    long death(int item) {
        return !isNew(item) && Chance.share(seed, item, 203) < dyingShare
                ? start + (long) ((0.3 + 0.7 * Chance.share(seed, item, 204)) * (end - start))
                : Product.NO_TIME;
    }

    boolean alive(int item, long time) {
        long death = death(item);
        return birth(item) <= time && (death == Product.NO_TIME || time < death);
    }
}
