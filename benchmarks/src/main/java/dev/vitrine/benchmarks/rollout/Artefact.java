package dev.vitrine.benchmarks.rollout;

/** What is in the store under a release's name, and what it does when it answers. */
enum Artefact {
    GOOD,
    /** Does harm that the judge finds. */
    HARMFUL,
    /** Nothing of it is ever measured. */
    SILENT,
    /** Its signature does not hold. */
    UNSIGNED,
    /** One of its files is missing. */
    HALF;

    boolean holds() {
        return this == GOOD || this == HARMFUL || this == SILENT;
    }

    /** Of a release's name. */
    static Artefact of(String release) {
        return valueOf(release.substring(0, release.indexOf('-')));
    }
}
