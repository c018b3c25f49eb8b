package dev.vitrine.data.cleaning;

/**
 * What one rule found on one event.
 *
 * @param field the field at fault, as in {@code productDetails[0].price}; empty when none
 * @param reason one sentence with the value found and what was expected
 */
public record Finding(Rule rule, String field, String reason) {}
