package dev.vitrine.server.rollout;

import dev.vitrine.registry.release.Release;

/** Looks at a release before anything of it is loaded. */
public interface Gate {
    /**
     * Reads all of a release.
     *
     * @throws dev.vitrine.kernel.error.VitrineException RELEASE_REFUSED when its signature, a hash
     *     or the policy does not hold
     */
    Release admit(String id);

    /** Is told that one was refused that {@code who} wanted to answer. */
    void refused(String id, String who, String why);
}
