package dev.vitrine.benchmarks.crash;

import java.util.List;
import java.util.Map;

/**
 * What came of the kills.
 *
 * @param kills by what the server was doing
 * @param acknowledgedEvents events whose answer said that they were accepted, and events of
 *     imported files
 * @param lostEvents of these, not in the log afterwards
 * @param duplicatedEvents events of requests that the log holds more than once, and events of
 *     imported files that it holds more than once or that no file has
 * @param acknowledgedChanges product changes answered with 200
 * @param lostChanges of these, not visible afterwards
 * @param failedRequests requests that a server answered with an error before it was killed
 * @param incompleteAnswers of serving configs after a restart
 * @param survivors child processes that outlived their killed server by more than ten seconds
 * @param restartSeconds from the start of the process to ready, for each restart after a kill,
 *     except those that first had to finish an import and train
 * @param resumeSeconds the same of these: the rest of the import and the first training included
 * @param stopSeconds from SIGTERM to the end of the process, for each server that was not killed
 */
public record CrashReport(
        Map<Moment, Integer> kills,
        long acknowledgedEvents,
        long lostEvents,
        long duplicatedEvents,
        long acknowledgedChanges,
        long lostChanges,
        long failedRequests,
        long incompleteAnswers,
        long survivors,
        List<Double> restartSeconds,
        List<Double> resumeSeconds,
        List<Double> stopSeconds) {
    public CrashReport {
        kills = Map.copyOf(kills);
        restartSeconds = List.copyOf(restartSeconds);
        resumeSeconds = List.copyOf(resumeSeconds);
        stopSeconds = List.copyOf(stopSeconds);
    }

    /** All kills together. */
    public int allKills() {
        return kills.values().stream().mapToInt(Integer::intValue).sum();
    }
}
