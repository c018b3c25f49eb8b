package dev.vitrine.data.event;

/**
 * A product that was shown.
 *
 * @param position from 1; 0 when not given
 * @param propensity the probability with which the policy showed it there, in (0, 1]; NaN when not
 *     given
 */
public record Impression(String id, int position, double propensity) {}
