package dev.vitrine.benchmarks.rollout;

/**
 * Versions of the protocol with one thing left out or done wrong, each a mistake that somebody
 * could make. The simulation has to find every one of them; what it does not find it does not look
 * for.
 */
enum Broken {
    /** The protocol as it is. */
    NOT,
    /** A controller takes it for granted that every node has what it was asked to load. */
    SWITCHES_BEFORE_ALL_HAVE_LOADED,
    /**
     * A controller takes it for granted that every node follows the table that asks for promises.
     */
    SWITCHES_WITHOUT_PROMISES,
    /** A controller does not wait until a silent node's own clock has stopped it. */
    TAKES_SILENCE_FOR_DEATH,
    /** The registry writes whatever comes last. */
    NO_COMPARE_AND_SET,
    /** A controller that starts anew begins the rollout anew. */
    FORGETS_STATE,
    /** The registry says that it has written what is not yet on the disk. */
    ACKNOWLEDGES_TOO_EARLY,
    /** The registry takes half a row for a row. */
    READS_TORN_ROWS,
    /** A node answers however long it has not heard from the registry. */
    IGNORES_LEASE,
    /** A node counts its lease from when the answer came, not from when it asked. */
    LEASE_FROM_RECEIPT,
    /** A node that starts anew answers by the table that it knew before. */
    ANSWERS_BEFORE_IT_IS_HEARD,
    /** A node does not look at the epoch that a visitor shows. */
    IGNORES_SHOWN_EPOCH,
    /** A node looks up the release anew for each part of a request. */
    LOOKS_TWICE,
    /** A node unloads a release that requests still have. */
    UNLOADS_AT_ONCE,
    /** A node loads without looking at signature and hashes. */
    SKIPS_VERIFICATION,
    /** No data passes. */
    NO_DATA_PASSES,
    /** Time does not count. */
    NO_TIME_LIMITS,
    /** A pause ends in the stage after the one that it began in. */
    RESUMES_IN_NEXT_STAGE,
    /** Each stage draws its visitors anew. */
    MOVES_VISITORS,
    /** Who lost the compare-and-set is told that it won. */
    TELLS_LOSERS_THAT_THEY_WON
}
