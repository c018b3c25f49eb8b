package dev.vitrine.deployment.rollout.judge;

/**
 * How evidence is looked at.
 *
 * @param falseAlarms that this stage may cause, of the rollout's
 * @param planned whether this is the one look that was planned before the stage began: it may
 *     decide by tests made for one look, which see more; all others decide by tests that hold at
 *     every look
 * @param plannedRequests of an arm at which that look is taken
 */
public record Look(double falseAlarms, boolean planned, long plannedRequests) {}
