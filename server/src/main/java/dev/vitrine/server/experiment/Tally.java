package dev.vitrine.server.experiment;

import dev.vitrine.kernel.statistics.PairMoments;
import java.util.Map;

/**
 * All that results need of one arm; what is kept of an experiment that has stopped.
 *
 * @param visitors who were answered
 * @param heard those of them of whom the storefront told that they saw an answer
 * @param answers given to them
 * @param forFirst of an interleaving, visitors who prefer the first ranking
 * @param forSecond who prefer the second
 * @param metrics over visitors, y the metric; x what is known from before, or, of what is per
 *     answer, the answers
 */
record Tally(
        long visitors,
        long heard,
        double answers,
        long forFirst,
        long forSecond,
        Map<Metric, PairMoments> metrics) {
    Tally {
        metrics = Map.copyOf(metrics);
    }

    /** Of one metric, which was asked for from the start. */
    PairMoments of(Metric metric) {
        return metrics.getOrDefault(metric, PairMoments.NONE);
    }
}
