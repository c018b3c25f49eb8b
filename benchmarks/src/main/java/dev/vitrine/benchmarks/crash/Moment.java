package dev.vitrine.benchmarks.crash;

/** What a server is doing when it is killed. */
public enum Moment {
    /** Bringing in the shop's files, on a home of its own. */
    IMPORT,
    /** Training a release in its child process, while it serves and writes. */
    TRAINING,
    /** Answering searches and recommendations. */
    SERVING,
    /** Writing events and product changes as fast as they come. */
    WRITING
}
