package dev.vitrine.deployment.rollout;

/**
 * The registry's answer to a {@link NodeReport}.
 *
 * @param heard sequence of the node's report that the registry has now: that of the report, or a
 *     higher one when that came late or the node has started anew
 * @param routing the newest table, read in the same transaction
 */
public record Renewal(long heard, Routing routing) {}
