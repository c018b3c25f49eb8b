package dev.vitrine.deployment.rollout.judge;

import dev.vitrine.kernel.statistics.MannWhitney;
import java.util.Arrays;

/**
 * How latencies of two arms compare, window by window (van Elteren's stratified form of the test of
 * Mann and Whitney): in each window the chance that a candidate's answer takes longer than a
 * baseline's, less one half, weighted by how many were compared. What slows both arms for a while
 * falls out, and how much windows differ tells what one arm's own bad moments are worth.
 *
 * @param windows with latencies of both arms
 * @param weight sum of the weights
 * @param squares sum of their squares
 * @param nullSquares sum of squared weights by the variance that ranks alone would have
 * @param plain effect as it is
 * @param tolerated effect beside a baseline slower by what is tolerated
 * @param excluded effect beside a baseline slower by what has to be excluded
 * @param canaryLogMedian sum of weights by the logarithm of a window's median
 * @param baselineLogMedian as {@code canaryLogMedian}
 */
public record Latencies(
        long windows,
        double weight,
        double squares,
        double nullSquares,
        Effect plain,
        Effect tolerated,
        Effect excluded,
        double canaryLogMedian,
        double baselineLogMedian) {
    static final Latencies NONE =
            new Latencies(0, 0, 0, 0, Effect.NONE, Effect.NONE, Effect.NONE, 0, 0);

    /** Fewer windows than this do not tell how much they differ. */
    static final int LEAST_WINDOWS = 6;

    private static final double CONFIDENCE = .95;

    /**
     * An effect over windows.
     *
     * @param sum of weights by effects
     * @param squareSum of squared weights by effects
     * @param squareSquares of squared weights by squared effects
     */
    public record Effect(double sum, double squareSum, double squareSquares) {
        static final Effect NONE = new Effect(0, 0, 0);

        Effect plus(double weight, double effect) {
            return new Effect(
                    sum + weight * effect,
                    squareSum + weight * weight * effect,
                    squareSquares + weight * weight * effect * effect);
        }
    }

    Latencies plus(double[] canary, double[] baseline, JudgeSettings settings) {
        if (canary.length == 0 || baseline.length == 0) {
            return this;
        }
        double n = canary.length;
        double m = baseline.length;
        double w = n * m / (n + m);
        double mean = w * w * (n + m + 1) / (12 * n * m);
        double millis = settings.latencyMillis();
        return new Latencies(
                windows + 1,
                weight + w,
                squares + w * w,
                nullSquares + mean,
                plain.plus(w, effect(canary, baseline)),
                tolerated.plus(
                        w, effect(canary, slower(baseline, settings.latency(), millis))),
                excluded.plus(
                        w, effect(canary, slower(baseline, settings.latencyExclude(), millis))),
                canaryLogMedian + w * Math.log(median(canary)),
                baselineLogMedian + w * Math.log(median(baseline)));
    }

    /** The mean effect, from -.5 (all faster) to .5 (all slower). */
    double mean(Effect effect) {
        return effect.sum() / weight;
    }

    /** Of the mean effect: what ranks alone would have, or what windows show if that is more. */
    double standardError(Effect effect) {
        double mean = mean(effect);
        double shown =
                windows < 2
                        ? 0
                        : (effect.squareSquares()
                                        - 2 * mean * effect.squareSum()
                                        + mean * mean * squares)
                                * windows
                                / (windows - 1.0);
        return Math.sqrt(Math.max(shown, nullSquares)) / weight;
    }

    /** The geometric mean of the windows' medians, in milliseconds. */
    double canaryMedian() {
        return Math.exp(canaryLogMedian / weight);
    }

    /** As {@link #canaryMedian}. */
    double baselineMedian() {
        return Math.exp(baselineLogMedian / weight);
    }

    private static double effect(double[] canary, double[] baseline) {
        return MannWhitney.of(baseline, canary, CONFIDENCE).superiority() - .5;
    }

    private static double[] slower(double[] millis, double part, double least) {
        double[] slower = new double[millis.length];
        for (int i = 0; i < millis.length; i++) {
            slower[i] = millis[i] + Math.max(part * millis[i], least);
        }
        return slower;
    }

    private static double median(double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        return Math.max(1e-6, sorted[sorted.length / 2]);
    }
}
