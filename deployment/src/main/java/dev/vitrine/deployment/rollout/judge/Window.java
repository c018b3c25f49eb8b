package dev.vitrine.deployment.rollout.judge;

/**
 * What both arms did on one node in the same while.
 *
 * @param node that counted
 * @param sequence rises with every window of the node; one that was seen is not counted again
 */
public record Window(String node, long sequence, ArmWindow canary, ArmWindow baseline) {}
