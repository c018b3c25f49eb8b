package dev.vitrine.training.evaluation;

import java.util.Arrays;

/**
 * A bootstrap over questions that needs no second look at them: in each replicate a question counts
 * as often as a Poisson draw of mean 1 says (Chamandy et al. 2012), which depends on its number
 * alone. So replicates can be summed up by several workers, and those of two models on the same
 * questions can be compared one by one.
 */
final class Replicates {
    static final int COUNT = 400;

    /** Poisson of mean 1: the chances of at most 0, 1, 2, ... */
    private static final double[] CUMULATIVE = cumulative();

    private final double[] weights = new double[COUNT];
    private final double[][] sums;

    Replicates(int figures) {
        sums = new double[COUNT][figures];
    }

    private static double[] cumulative() {
        double[] cumulative = new double[8];
        double chance = Math.exp(-1);
        double sum = 0;
        for (int k = 0; k < cumulative.length; k++) {
            sum += chance;
            cumulative[k] = sum;
            chance /= k + 1;
        }
        return cumulative;
    }

    void add(int question, double[] values) {
        long state = mixed(question * 0x9E3779B97F4A7C15L);
        for (int replicate = 0; replicate < COUNT; replicate++) {
            state += 0x9E3779B97F4A7C15L;
            int times = times(mixed(state));
            if (times > 0) {
                weights[replicate] += times;
                double[] sum = sums[replicate];
                for (int i = 0; i < values.length; i++) {
                    sum[i] += times * values[i];
                }
            }
        }
    }

    /** The last step of SplitMix64. */
    private static long mixed(long state) {
        long z = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }

    private static int times(long bits) {
        double uniform = (bits >>> 11) * 0x1p-53;
        int times = 0;
        while (times < CUMULATIVE.length && uniform >= CUMULATIVE[times]) {
            times++;
        }
        return times;
    }

    void addAll(Replicates other) {
        for (int replicate = 0; replicate < COUNT; replicate++) {
            weights[replicate] += other.weights[replicate];
            for (int i = 0; i < sums[replicate].length; i++) {
                sums[replicate][i] += other.sums[replicate][i];
            }
        }
    }

    /** Where the middle 95 % of the replicates lie. */
    Report.Interval interval(int figure) {
        double[] means = new double[COUNT];
        for (int replicate = 0; replicate < COUNT; replicate++) {
            means[replicate] =
                    weights[replicate] == 0 ? 0 : sums[replicate][figure] / weights[replicate];
        }
        Arrays.sort(means);
        int out = Math.round(COUNT * .025f);
        return new Report.Interval(means[out], means[COUNT - 1 - out]);
    }
}
