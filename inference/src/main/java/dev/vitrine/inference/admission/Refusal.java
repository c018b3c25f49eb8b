package dev.vitrine.inference.admission;

/** Why a request was not let in. */
public enum Refusal {
    /** As many are inside as answer within a bearable wait. */
    LIMIT,
    /** It could not be answered within its deadline, or would wait longer than is allowed. */
    DEADLINE,
    /** Others of a better priority need the room. */
    PRIORITY,
    /** This client asks more often than it may. */
    CLIENT,
    /**
     * It was let in, but too many runs wait for a processor already, or they take too many bytes.
     */
    QUEUE,
    /** Too many wait for the answer to the same question already. */
    CACHE
}
