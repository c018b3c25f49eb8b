package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;

/**
 * How an experiment is looked at. Chosen before its first visitor and not changed afterwards.
 *
 * @param confidence of all intervals of all treatments together, such as .95
 * @param tightestAt visitors in each arm at which intervals that allow peeking are tightest; half
 *     of what was planned is a good choice: they lose 1 % at the end and win before
 * @param leastVisitors in each arm before anything is said: intervals lean on a variance that has
 *     to be known a little. More for very skewed metrics
 */
public record AnalysisSettings(double confidence, double tightestAt, long leastVisitors) {
    public static final long USUAL_LEAST = 100;

    /**
     * @throws VitrineException EXPERIMENT_INVALID
     */
    public AnalysisSettings {
        Require.within("confidence", confidence, 0, 1);
        Require.within("tightestAt", tightestAt, 0, Double.MAX_VALUE);
        Require.valid(
                leastVisitors >= 2,
                "leastVisitors",
                "a variance takes 2 visitors at least, not " + leastVisitors);
    }

    /**
     * The usual confidence of .95.
     *
     * @param planned visitors in each arm
     */
    public static AnalysisSettings planned(long planned) {
        return new AnalysisSettings(.95, Math.max(1, planned / 2.0), USUAL_LEAST);
    }
}
