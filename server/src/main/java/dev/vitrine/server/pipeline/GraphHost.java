package dev.vitrine.server.pipeline;

/** Where the graphs of releases run, each for as long as its release answers. */
public interface GraphHost {
    /** Begins to open the graphs of a release. */
    Opened open(String release);

    /** The graphs of one release until it is closed. */
    interface Opened extends ModelFiles.GraphOpener, AutoCloseable {
        @Override
        void close();
    }
}
