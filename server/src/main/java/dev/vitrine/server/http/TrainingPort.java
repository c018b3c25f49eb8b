package dev.vitrine.server.http;

import java.util.List;

/** The training of the next release, beside serving. */
public interface TrainingPort {
    TrainingView status();

    /** Starts a training; the one that runs already when there is one. */
    TrainingView start(String who);

    /**
     * Where training stands.
     *
     * @param state idle, running, done or failed
     * @param step the step it is in; empty when idle
     * @param done units done in this step
     * @param total units in this step; 0 when unknown
     * @param unit what is counted, in the plural
     * @param secondsLeft of this step; -1 when unknown
     * @param nextAt when the next training is due, epoch milliseconds; 0 when none is planned
     * @param eventsSince events since the data of the live release
     * @param steps what was finished, in order, one line each
     */
    record TrainingView(
            String state,
            String step,
            long done,
            long total,
            String unit,
            double ratePerSecond,
            double secondsLeft,
            long startedAt,
            long finishedAt,
            long nextAt,
            long eventsSince,
            String message,
            List<String> steps) {}
}
