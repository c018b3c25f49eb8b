package dev.vitrine.data.catalog;

/** Whether a product can be bought now. On the wire: lower case with hyphens. */
public enum Availability {
    IN_STOCK("in-stock"),
    OUT_OF_STOCK("out-of-stock"),
    PREORDER("preorder"),
    BACKORDER("backorder");

    private final String wire;

    Availability(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }
}
