package dev.vitrine.kernel.statistics;

import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * How far the shares of bins have moved: the population stability index, the sum over bins of (c -
 * r) ln(c / r) with the shares r of a reference and c of what is current. It is symmetric. By habit
 * of the credit industry (Siddiqi 2006) less than .1 is no change to speak of and .25 a large one.
 *
 * <p>So that an empty bin has a logarithm, every bin of both sides counts half an observation more
 * than it has. Without a change the index is about (1/n + 1/m) times a chi-square with one degree
 * of freedom less than there are bins (Yurdakul 2018), which gives the p value.
 *
 * @param index at least 0
 * @param pValue small where chance alone hardly moves shares so far
 * @param bins that either side has something in, at least 1
 */
public record PopulationStability(double index, double pValue, int bins) {
    private static final double MORE = .5;

    /** Where rarer categories are counted together. */
    public static final String OTHER = "other";

    /**
     * Of counts by bin; a bin that is empty on both sides does not count.
     *
     * @param reference at least one observation, none negative
     * @param current as reference, of the same bins
     */
    public static PopulationStability of(long[] reference, long[] current) {
        if (reference.length != current.length) {
            throw new IllegalArgumentException(reference.length + " bins beside " + current.length);
        }
        double references = total(reference);
        double currents = total(current);
        int bins = 0;
        for (int bin = 0; bin < reference.length; bin++) {
            bins += reference[bin] + current[bin] > 0 ? 1 : 0;
        }
        double index = 0;
        for (int bin = 0; bin < reference.length; bin++) {
            if (reference[bin] + current[bin] > 0) {
                double was = (reference[bin] + MORE) / (references + MORE * bins);
                double is = (current[bin] + MORE) / (currents + MORE * bins);
                index += (is - was) * Math.log(is / was);
            }
        }
        double chance =
                bins < 2
                        ? 1
                        : ChiSquare.survival(index / (1 / references + 1 / currents), bins - 1);
        return new PopulationStability(index, chance, bins);
    }

    private static double total(long[] counts) {
        double total = 0;
        for (long count : counts) {
            if (count < 0) {
                throw new IllegalArgumentException("a bin with " + count);
            }
            total += count;
        }
        if (total == 0) {
            throw new IllegalArgumentException("there is no observation");
        }
        return total;
    }

    /**
     * Of numbers, in bins that each hold about as many values of the reference. Values that occur
     * so often that they fill a bin have it for themselves with what lies below, so there may be
     * fewer bins.
     *
     * @param reference at least one value, none NaN
     * @param current as reference
     * @param bins at most, at least 2
     */
    public static PopulationStability ofNumbers(double[] reference, double[] current, int bins) {
        if (bins < 2) {
            throw new IllegalArgumentException(bins + " bins");
        }
        double[] edges = edges(reference, bins);
        return of(counts(reference, edges), counts(current, edges));
    }

    /** The upper ends of all bins but the last, rising. */
    private static double[] edges(double[] reference, int bins) {
        double[] sorted = reference.clone();
        Arrays.sort(sorted);
        TreeSet<Double> edges = new TreeSet<>();
        for (int edge = 1; edge < bins && sorted.length > 0; edge++) {
            edges.add(sorted[(int) ((long) edge * (sorted.length - 1) / bins)]);
        }
        return edges.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static long[] counts(double[] values, double[] edges) {
        long[] counts = new long[edges.length + 1];
        for (double value : values) {
            if (Double.isNaN(value)) {
                throw new IllegalArgumentException("a value is NaN");
            }
            int place = Arrays.binarySearch(edges, value);
            counts[place >= 0 ? place : -place - 1]++;
        }
        return counts;
    }

    /**
     * Of categories: the most frequent of both sides together by themselves, the rest as {@value
     * #OTHER}.
     *
     * @param most categories by themselves, at least 1
     */
    public static PopulationStability ofCategories(
            Map<String, Long> reference, Map<String, Long> current, int most) {
        List<String> names = frequent(reference, current, most);
        return of(counts(reference, names), counts(current, names));
    }

    /** The most frequent of both sides together, by share and then by name. */
    public static List<String> frequent(
            Map<String, Long> reference, Map<String, Long> current, int most) {
        double references = Math.max(1, sum(reference));
        double currents = Math.max(1, sum(current));
        Map<String, Double> shares = new HashMap<>();
        reference.forEach((name, count) -> shares.merge(name, count / references, Double::sum));
        current.forEach((name, count) -> shares.merge(name, count / currents, Double::sum));
        return shares.entrySet().stream()
                .sorted(
                        Map.Entry.<String, Double>comparingByValue()
                                .reversed()
                                .thenComparing(Map.Entry.comparingByKey()))
                .limit(most)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private static long[] counts(Map<String, Long> counts, List<String> names) {
        Map<String, Integer> places = new LinkedHashMap<>();
        names.forEach(name -> places.put(name, places.size()));
        long[] binned = new long[names.size() + 1];
        counts.forEach((name, count) -> binned[places.getOrDefault(name, names.size())] += count);
        return binned;
    }
}
