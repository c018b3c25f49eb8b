package dev.vitrine.data.simulation;

/** The ways in which a raw record can be faulty. */
public enum DirtyKind {
    /** Cut off in the middle: no valid JSON. */
    TRUNCATED,
    /** No visitor id. */
    NO_VISITOR,
    /** No event type. */
    NO_TYPE,
    /** An event type that does not exist. */
    UNKNOWN_TYPE,
    /** A time that is no time. */
    MALFORMED_TIME,
    /** Decades ago or years ahead. */
    IMPOSSIBLE_TIME,
    /** The record before it once more, with its event id. */
    DUPLICATE,
    /** The record before it once more within a second, without an event id. */
    REPEATED_WITHIN_SECOND,
    /** A product that no catalogue has. */
    UNKNOWN_ITEM,
    /** A price a thousand times too high, or negative. */
    OUTLYING_PRICE,
    /** A quantity that nobody orders, or a negative one. */
    OUTLYING_QUANTITY
}
