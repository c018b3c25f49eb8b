package dev.vitrine.kernel.statistics;

import java.util.Arrays;

/**
 * Do two samples come from the same distribution? The largest gap between their empirical
 * distribution functions (Smirnov 1939). The p value is the limit distribution of Kolmogorov with
 * the correction of Stephens (1970), good from about four values on either side; where values tie
 * it is too large rather than too small.
 *
 * @param statistic from 0 to 1
 */
public record KolmogorovSmirnov(double statistic, double pValue) {
    private static final int TERMS = 100;

    /**
     * @param reference at least one value, none NaN
     * @param current as reference
     */
    public static KolmogorovSmirnov of(double[] reference, double[] current) {
        if (reference.length == 0 || current.length == 0) {
            throw new IllegalArgumentException(
                    reference.length + " reference and " + current.length + " current values");
        }
        double[] was = sorted(reference);
        double[] is = sorted(current);
        double largest = 0;
        int i = 0;
        int j = 0;
        while (i < was.length && j < is.length) {
            double value = Math.min(was[i], is[j]);
            while (i < was.length && was[i] <= value) {
                i++;
            }
            while (j < is.length && is[j] <= value) {
                j++;
            }
            double gap = Math.abs((double) i / was.length - (double) j / is.length);
            largest = Math.max(largest, gap);
        }
        double size = Math.sqrt((double) was.length * is.length / (was.length + is.length));
        return new KolmogorovSmirnov(largest, survival((size + .12 + .11 / size) * largest));
    }

    private static double[] sorted(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        if (Double.isNaN(sorted[sorted.length - 1])) {
            throw new IllegalArgumentException("a value is NaN");
        }
        return sorted;
    }

    /** The chance that the limit of a scaled gap is larger: 2 sum (-1)^(k-1) exp(-2 k^2 x^2). */
    static double survival(double x) {
        if (x < .2) {
            return 1;
        }
        double sum = 0;
        double sign = 1;
        for (int k = 1; k <= TERMS; k++) {
            double term = Math.exp(-2.0 * k * k * x * x);
            sum += sign * term;
            if (term < 1e-17) {
                break;
            }
            sign = -sign;
        }
        return Math.clamp(2 * sum, 0, 1);
    }
}
