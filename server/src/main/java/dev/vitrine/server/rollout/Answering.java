package dev.vitrine.server.rollout;

import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.deployment.rollout.Group;
import dev.vitrine.inference.swap.Lease;

/**
 * The right to answer one request from one release, and what the request is to a rollout.
 *
 * @param lease held to the end of the request
 * @param group of the visitor
 * @param rollout its id; empty where none is in motion
 * @param candidate the release that copies of mirrored requests go to; empty where none do
 */
public record Answering(Lease<ServingRelease> lease, Group group, String rollout, String candidate)
        implements AutoCloseable {
    public ServingRelease release() {
        return lease.value();
    }

    /** Whether its answer is counted on one of the two sides that are compared. */
    boolean isCompared() {
        return group == Group.CANARY || group == Group.BASELINE;
    }

    @Override
    public void close() {
        lease.close();
    }
}
