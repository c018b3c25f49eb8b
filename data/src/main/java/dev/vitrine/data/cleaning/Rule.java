package dev.vitrine.data.cleaning;

/** Why an event is set aside. When several apply, the first in this order counts. */
public enum Rule {
    /** A field that every event, or every event of its type, needs is absent. */
    MISSING_FIELD("missing-field"),
    /** A field, or the record as a whole, cannot be what it says. */
    MALFORMED("malformed"),
    /** In the future beyond the allowed skew, or before the floor. */
    IMPOSSIBLE_TIME("impossible-time"),
    /** Its eventId was seen before. */
    DUPLICATE_ID("duplicate-id"),
    /** The same visitor did the same within a second. */
    REPEATED("repeated-within-second"),
    /** None of its products is in the catalogue. */
    UNKNOWN_ITEM("unknown-item"),
    /** Its price is far from what the item otherwise costs. */
    OUTLYING_PRICE("outlying-price"),
    /** Its quantity is far from what is otherwise bought. */
    OUTLYING_QUANTITY("outlying-quantity"),
    /** Its visitor is too fast or too regular to be a person. */
    ROBOT("robot-like-visitor");

    private final String wire;

    Rule(String wire) {
        this.wire = wire;
    }

    /** The name in reports and files. */
    public String wire() {
        return wire;
    }
}
