package dev.vitrine.deployment.rollout.judge;

import dev.vitrine.kernel.statistics.MannWhitney;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How latencies of two arms compare, window by window (van Elteren's stratified form of the test of
 * Mann and Whitney): in each window the chance that a candidate's answer takes longer than a
 * baseline's, less one half, weighted by how many were compared. What slows both arms for a while
 * falls out of every window by itself.
 *
 * <p>What slows one arm for a while does not, and lasts longer than a window. So windows are put
 * together, in the order in which they came, into {@value #MOST_BATCHES} batches at most: when
 * there are more, each two neighbours become one. The variance is that between batches (batch
 * means, Schmeiser 1982), corrected for what neighbours still have in common, and never less than
 * ranks alone would have; few batches are taken for the little that they are, by Student's
 * distribution.
 *
 * @param size windows in a full batch; the last may have fewer
 * @param windows with latencies of both arms
 * @param batches in the order of time
 * @param nullSquares sum of squared weights by the variance that ranks alone would have
 * @param canaryLogMedian sum of weights by the logarithm of a window's median
 * @param baselineLogMedian as {@code canaryLogMedian}
 */
public record Latencies(
        int size,
        long windows,
        List<Batch> batches,
        double nullSquares,
        double canaryLogMedian,
        double baselineLogMedian) {
    static final int MOST_BATCHES = 32;

    /** Fewer batches than this do not tell how much they differ. */
    static final int LEAST_BATCHES = 6;

    static final Latencies NONE = new Latencies(1, 0, List.of(), 0, 0, 0);

    private static final double CONFIDENCE = .95;
    private static final double MOST_IN_COMMON = .95;

    /**
     * Windows taken together.
     *
     * @param weight sum of their weights
     * @param plain sum of weights by effects as they are
     * @param tolerated the same beside a baseline slower by what is tolerated
     * @param excluded the same beside a baseline slower by what has to be excluded
     */
    public record Batch(double weight, double plain, double tolerated, double excluded) {
        Batch plus(Batch other) {
            return new Batch(
                    weight + other.weight,
                    plain + other.plain,
                    tolerated + other.tolerated,
                    excluded + other.excluded);
        }

        private double sum(Beside beside) {
            return switch (beside) {
                case PLAIN -> plain;
                case TOLERATED -> tolerated;
                case EXCLUDED -> excluded;
            };
        }
    }

    /** What the candidate is compared with. */
    enum Beside {
        /** The baseline as it is. */
        PLAIN,
        /** A baseline slower by what is tolerated. */
        TOLERATED,
        /** A baseline slower by what has to be excluded. */
        EXCLUDED
    }

    public Latencies {
        batches = List.copyOf(batches);
    }

    Latencies plus(double[] canary, double[] baseline, JudgeSettings settings) {
        if (canary.length == 0 || baseline.length == 0) {
            return this;
        }
        double n = canary.length;
        double m = baseline.length;
        double w = n * m / (n + m);
        double millis = settings.latencyMillis();
        Batch window =
                new Batch(
                        w,
                        w * effect(canary, baseline),
                        w * effect(canary, slower(baseline, settings.latency(), millis)),
                        w * effect(canary, slower(baseline, settings.latencyExclude(), millis)));
        List<Batch> longer = new ArrayList<>(batches);
        int now = size;
        if (windows % size != 0) {
            longer.set(longer.size() - 1, longer.getLast().plus(window));
        } else {
            longer.add(window);
            if (longer.size() > MOST_BATCHES) {
                longer = halved(longer);
                now = 2 * size;
            }
        }
        return new Latencies(
                now,
                windows + 1,
                longer,
                nullSquares + w * w * (n + m + 1) / (12 * n * m),
                canaryLogMedian + w * Math.log(median(canary)),
                baselineLogMedian + w * Math.log(median(baseline)));
    }

    private static List<Batch> halved(List<Batch> batches) {
        List<Batch> half = new ArrayList<>();
        for (int i = 0; i < batches.size(); i += 2) {
            half.add(
                    i + 1 < batches.size()
                            ? batches.get(i).plus(batches.get(i + 1))
                            : batches.get(i));
        }
        return half;
    }

    double weight() {
        return batches.stream().mapToDouble(Batch::weight).sum();
    }

    /** The mean effect, from -.5 (all faster) to .5 (all slower). */
    double mean(Beside beside) {
        return batches.stream().mapToDouble(batch -> batch.sum(beside)).sum() / weight();
    }

    /**
     * The mean effect in standard errors, brought from Student's to the normal distribution
     * (Wallace 1959), so that few batches count for less; NaN while there are too few.
     */
    double z(Beside beside) {
        int count = batches.size();
        if (count < LEAST_BATCHES) {
            return Double.NaN;
        }
        double mean = mean(beside);
        double squares = 0;
        double products = 0;
        double last = 0;
        for (Batch batch : batches) {
            double off = batch.sum(beside) - mean * batch.weight();
            squares += off * off;
            products += off * last;
            last = off;
        }
        double common = squares == 0 ? 0 : products / squares;
        // The estimate is too low by about this much (Kendall 1954).
        common = Math.clamp(common + (1 + 4 * common) / count, 0, MOST_IN_COMMON);
        double inflation = (1 + common) / (1 - common);
        double shown = squares * count / (count - 1.0) * inflation;
        double t = mean * weight() / Math.sqrt(Math.max(shown, nullSquares));
        double degrees = Math.max(1, count / inflation - 1);
        return Math.copySign(
                (8 * degrees + 1)
                        / (8 * degrees + 3)
                        * Math.sqrt(degrees * Math.log1p(t * t / degrees)),
                t);
    }

    /** The geometric mean of the windows' medians, in milliseconds. */
    double canaryMedian() {
        return Math.exp(canaryLogMedian / weight());
    }

    /** As {@link #canaryMedian}. */
    double baselineMedian() {
        return Math.exp(baselineLogMedian / weight());
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
