package dev.vitrine.kernel.statistics;

import java.util.Arrays;

/**
 * Do counts differ by more than chance? Pearson's chi-square test (1900), without Yates'
 * correction, where every expected count is at least {@value #LEAST_EXPECTED}. Where one is not,
 * the two columns with the fewest counts are made one until none is, and when only two columns are
 * left, Fisher's exact test (1922) answers: two-sided, the sum of the chances of all tables of the
 * same margins that are no likelier than this one.
 *
 * @param statistic chi-square; NaN where Fisher's test answered
 * @param degrees of freedom; 0 where nothing could be compared
 * @param pValue two-sided
 */
public record CountTest(double statistic, int degrees, double pValue, Method method) {
    static final double LEAST_EXPECTED = 5;

    /** Chances this close are one: they differ by rounding alone. */
    private static final double SAME = 1e-7;

    /** How a p value came to be. */
    public enum Method {
        CHI_SQUARE,
        /** Chi-square after rare columns were made one. */
        CHI_SQUARE_MERGED,
        FISHER,
        /** A row, or all columns but one, have no counts: the p value is 1. */
        NOTHING_TO_COMPARE
    }

    /**
     * Whether two groups spread alike over the same columns.
     *
     * @param first counts of one group in each column
     * @param second counts of the other group, as many
     */
    public static CountTest independence(long[] first, long[] second) {
        if (first.length != second.length) {
            throw new IllegalArgumentException(first.length + " columns beside " + second.length);
        }
        long[][] columns = new long[first.length][];
        int used = 0;
        for (int i = 0; i < first.length; i++) {
            if (first[i] < 0 || second[i] < 0) {
                throw new IllegalArgumentException(
                        "counts " + first[i] + " and " + second[i] + " in column " + i);
            }
            if (first[i] + second[i] > 0) {
                columns[used++] = new long[] {first[i], second[i]};
            }
        }
        columns = Arrays.copyOf(columns, used);
        double rowA = Arrays.stream(columns).mapToDouble(column -> column[0]).sum();
        double rowB = Arrays.stream(columns).mapToDouble(column -> column[1]).sum();
        if (rowA == 0 || rowB == 0 || used < 2) {
            return new CountTest(0, 0, 1, Method.NOTHING_TO_COMPARE);
        }
        Arrays.sort(columns, (a, b) -> Long.compare(b[0] + b[1], a[0] + a[1]));
        double smallerRow = Math.min(rowA, rowB) / (rowA + rowB);
        int left = used;
        while (left > 2 && total(columns[left - 1]) * smallerRow < LEAST_EXPECTED) {
            columns[left - 2][0] += columns[left - 1][0];
            columns[left - 2][1] += columns[left - 1][1];
            left--;
            Arrays.sort(columns, 0, left, (a, b) -> Long.compare(total(b), total(a)));
        }
        if (total(columns[left - 1]) * smallerRow < LEAST_EXPECTED) {
            return new CountTest(Double.NaN, 1, fisher(columns), Method.FISHER);
        }
        double statistic = 0;
        for (int i = 0; i < left; i++) {
            double expected = total(columns[i]) * rowA / (rowA + rowB);
            double off = columns[i][0] - expected;
            statistic += off * off / expected + off * off / (total(columns[i]) - expected);
        }
        return new CountTest(
                statistic,
                left - 1,
                ChiSquare.survival(statistic, left - 1),
                left == used ? Method.CHI_SQUARE : Method.CHI_SQUARE_MERGED);
    }

    /** Whether two rates differ: the table of successes and failures of two groups. */
    public static CountTest rates(long successesA, long trialsA, long successesB, long trialsB) {
        return independence(
                new long[] {successesA, trialsA - successesA},
                new long[] {successesB, trialsB - successesB});
    }

    /**
     * Whether counts are shared out as they should be. Always by chi-square: the p value is rough
     * where a count of fewer than {@value #LEAST_EXPECTED} is expected.
     *
     * @param counts at least two, not all 0
     * @param shares what each should have, in any unit, all above 0
     */
    public static CountTest shares(long[] counts, double[] shares) {
        double whole = Arrays.stream(shares).sum();
        double all = Arrays.stream(counts).asDoubleStream().sum();
        if (counts.length != shares.length || counts.length < 2) {
            throw new IllegalArgumentException(
                    counts.length + " counts and " + shares.length + " shares");
        }
        double statistic = 0;
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] < 0 || !(shares[i] > 0)) {
                throw new IllegalArgumentException(
                        "count " + counts[i] + " where the share is " + shares[i]);
            }
            double expected = all * shares[i] / whole;
            double off = counts[i] - expected;
            statistic += expected == 0 ? 0 : off * off / expected;
        }
        int degrees = counts.length - 1;
        return all == 0
                ? new CountTest(0, 0, 1, Method.NOTHING_TO_COMPARE)
                : new CountTest(
                        statistic,
                        degrees,
                        ChiSquare.survival(statistic, degrees),
                        Method.CHI_SQUARE);
    }

    private static long total(long[] column) {
        return column[0] + column[1];
    }

    private static double fisher(long[][] columns) {
        long row = columns[0][0] + columns[1][0];
        long inFirst = total(columns[0]);
        long inSecond = total(columns[1]);
        long least = Math.max(0, row - inSecond);
        long most = Math.min(row, inFirst);
        double all = SpecialFunctions.logChoose(inFirst + inSecond, row);
        double observed = logChance(columns[0][0], inFirst, inSecond, row) - all;
        double p = 0;
        for (long count = least; count <= most; count++) {
            double chance = logChance(count, inFirst, inSecond, row) - all;
            if (chance <= observed + SAME) {
                p += Math.exp(chance);
            }
        }
        return Math.min(1, p);
    }

    private static double logChance(long count, long inFirst, long inSecond, long row) {
        return SpecialFunctions.logChoose(inFirst, count)
                + SpecialFunctions.logChoose(inSecond, row - count);
    }
}
