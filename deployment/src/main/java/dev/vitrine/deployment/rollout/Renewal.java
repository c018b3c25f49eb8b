package dev.vitrine.deployment.rollout;

/**
 * The registry's answer to a {@link NodeReport}.
 *
 * @param life of the node's report that the registry has now; another than the node's own when it
 *     has started anew and sequences from before are higher than those it has sent
 * @param heard sequence of that report
 * @param routing the newest table, read in the same transaction
 */
public record Renewal(long life, long heard, Routing routing) {}
