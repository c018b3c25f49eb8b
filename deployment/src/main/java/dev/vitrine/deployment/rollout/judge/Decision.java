package dev.vitrine.deployment.rollout.judge;

/** What was found. */
public enum Decision {
    /** A harm beyond what is tolerated is certain enough. */
    FAIL,
    /** Neither; no data is always this. */
    INCONCLUSIVE,
    /** A harm as large as what has to be excluded is excluded. */
    PASS
}
