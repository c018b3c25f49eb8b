package dev.vitrine.applications.recommend;

/**
 * What an answer tells the events that it causes.
 *
 * @param release the release that answered
 * @param servingConfig the endpoint that was asked
 * @param arm the arm of an experiment; empty outside experiments
 * @param policy how the order was drawn, so that propensities of places can be computed; such as
 *     {@code fixed}
 * @param at when the answer was given, epoch milliseconds
 */
public record AttributionToken(
        String release, String servingConfig, String arm, String policy, long at) {}
