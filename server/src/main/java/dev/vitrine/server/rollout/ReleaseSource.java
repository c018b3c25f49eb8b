package dev.vitrine.server.rollout;

import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.registry.release.Release;

/** Loads a release and says which catalogue sequence it has reached. */
public interface ReleaseSource {
    /** A loaded release; {@code sequence} is the last product change it contains. */
    record Loaded(ServingRelease serving, long sequence) {}

    /**
     * @throws dev.vitrine.kernel.error.VitrineException where what it is made of does not hold
     */
    Loaded load(Release release);
}
