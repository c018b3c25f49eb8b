package dev.vitrine.training.evaluation;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The figures of one recommender on one set of questions.
 *
 * @param questions how many were asked
 * @param figures by name, such as {@code recallAt20}; all are means over questions except {@code
 *     coverageAtK}, the share of items recommended to anyone
 * @param intervals of 95 % around them by a bootstrap over the questions, where there is one
 * @param slices the same of some of the questions, where there are any
 * @param seconds wall-clock time of ranking
 */
public record Report(
        int questions,
        Map<String, Double> figures,
        Map<String, Interval> intervals,
        List<OfSlice> slices,
        double seconds) {
    public Report {
        figures = sorted(figures);
        intervals = sorted(intervals);
        slices = List.copyOf(slices);
    }

    /** Without intervals and slices. */
    Report(int questions, Map<String, Double> figures, double seconds) {
        this(questions, figures, Map.of(), List.of(), seconds);
    }

    private static <V> Map<String, V> sorted(Map<String, V> map) {
        return Collections.unmodifiableMap(new TreeMap<>(map));
    }

    /**
     * The figures of a {@link Slice}, which has none of its own.
     *
     * @param what is in it, in words
     */
    public record OfSlice(String name, String what, Report report) {}

    /** From {@code low} to {@code high}. */
    public record Interval(double low, double high) {
        /** Where 95 % of a bootstrap over questions put the mean of their values. */
        public static Interval ofMean(double[] values) {
            Replicates replicates = new Replicates(1);
            for (int question = 0; question < values.length; question++) {
                replicates.add(question, new double[] {values[question]});
            }
            return replicates.interval(0);
        }
    }

    /** A figure by name, such as {@code ndcgAt20}. */
    public double figure(String name) {
        Double value = figures.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "no figure " + name + "; there are " + figures.keySet());
        }
        return value;
    }
}
