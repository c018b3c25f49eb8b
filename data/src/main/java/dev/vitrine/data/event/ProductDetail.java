package dev.vitrine.data.event;

/**
 * A product in an event.
 *
 * @param quantity pieces; 1 when not given
 * @param price per piece, in the event's currency; NaN when not given
 */
public record ProductDetail(String id, double quantity, double price) {}
