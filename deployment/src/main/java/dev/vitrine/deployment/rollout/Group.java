package dev.vitrine.deployment.rollout;

/** What a visitor is to a stage, and so which release answers. */
public enum Group {
    /** Answered by the candidate and compared. */
    CANARY,
    /** Answered by the candidate beyond what has a baseline of the same size. */
    AHEAD,
    /** Answered by what is live and compared. */
    BASELINE,
    /** Answered by what is live. */
    LIVE,
    /** Answered by what is live; a copy of the request goes to the candidate. */
    MIRRORED;

    /** Whether the candidate gives the answer. */
    public boolean candidate() {
        return this == CANARY || this == AHEAD;
    }

    /**
     * Keeps what was answered before apart by group, so that the baseline's cache is as young as
     * the canary's: the live release answers the baseline as if it had been loaded a second time.
     */
    public String cacheKey() {
        return this == BASELINE ? "baseline" : "";
    }
}
