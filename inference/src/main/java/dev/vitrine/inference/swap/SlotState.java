package dev.vitrine.inference.swap;

/**
 * A look at a slot at one moment.
 *
 * @param generation of the value in it; 0 when there is none
 * @param leases of that value
 * @param drainingValues replaced but not yet closed
 * @param drainingLeases of those
 */
public record SlotState(
        String slot, long generation, long leases, int drainingValues, long drainingLeases) {}
