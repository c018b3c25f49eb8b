package dev.vitrine.registry.release;

/**
 * What is kept of a serving config: which release answers whom, in a form that its owner reads.
 *
 * @param version rises by one with every write
 */
public record SlotRow(long version, String content) {}
