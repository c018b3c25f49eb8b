package dev.vitrine.deployment.rollout.judge;

/**
 * What one arm did on one node for a while.
 *
 * @param counts of it
 * @param latencies in milliseconds, at most {@link ArmSketch#LATENCIES} of those that answered
 */
public record ArmWindow(Arm counts, double[] latencies) {}
