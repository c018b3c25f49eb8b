package dev.vitrine.kernel.error;

/** Who has to act on an error. */
public enum Owner {
    /** The caller sent something wrong. */
    CALLER,
    /** Vitrine has a fault. */
    VITRINE,
    /** There is not enough room or time right now. */
    CAPACITY,
    /** A disk, a file or another service failed. */
    OUTSIDE
}
