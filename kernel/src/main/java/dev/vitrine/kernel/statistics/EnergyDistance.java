package dev.vitrine.kernel.statistics;

import java.util.SplittableRandom;

/**
 * How far apart two clouds of vectors lie: the energy distance 2 E|x - y| - E|x - x'| - E|y - y'|
 * of Székely and Rizzo (2004), which is 0 only for the same distribution, as a share of 2 E|x - y|,
 * so that it lies between 0 and 1. The p value is the share of {@value #SHUFFLES} seeded ways to
 * deal all vectors anew that lie as far apart or further, the one observed among them: at least
 * 1/{@value #DEALS}. Time and memory grow with the square of the vectors; who has many samples.
 *
 * @param share from 0 to 1
 */
public record EnergyDistance(double share, double pValue) {
    private static final int SHUFFLES = 999;
    private static final int DEALS = SHUFFLES + 1;

    /** Vectors of both sides together, so that their distances take 16 MiB. */
    public static final int MOST = 2_000;

    /**
     * @param reference at least one vector
     * @param current as reference, of the same width
     */
    public static EnergyDistance of(float[][] reference, float[][] current, long seed) {
        int first = reference.length;
        int all = first + current.length;
        if (first == 0 || all == first || all > MOST) {
            throw new IllegalArgumentException(
                    first + " reference and " + current.length + " current vectors");
        }
        float[][] distances = distances(reference, current);
        int[] order = new int[all];
        for (int i = 0; i < all; i++) {
            order[i] = i;
        }
        double total = sum(distances, order, all);
        double observed = share(distances, order, first, total);
        SplittableRandom random = new SplittableRandom(seed);
        int asFar = 1;
        for (int deal = 0; deal < SHUFFLES; deal++) {
            for (int i = 0; i < Math.min(first, all - 1); i++) {
                int j = i + random.nextInt(all - i);
                int swapped = order[i];
                order[i] = order[j];
                order[j] = swapped;
            }
            asFar += share(distances, order, first, total) >= observed - 1e-12 ? 1 : 0;
        }
        return new EnergyDistance(observed, asFar / (double) DEALS);
    }

    private static float[][] distances(float[][] reference, float[][] current) {
        int all = reference.length + current.length;
        float[][] distances = new float[all][all];
        for (int i = 0; i < all; i++) {
            float[] one = i < reference.length ? reference[i] : current[i - reference.length];
            for (int j = 0; j < i; j++) {
                float[] other = j < reference.length ? reference[j] : current[j - reference.length];
                distances[i][j] = distance(one, other);
                distances[j][i] = distances[i][j];
            }
        }
        return distances;
    }

    private static float distance(float[] one, float[] other) {
        if (one.length != other.length) {
            throw new IllegalArgumentException(
                    "vectors of " + one.length + " and " + other.length + " numbers");
        }
        double squares = 0;
        for (int d = 0; d < one.length; d++) {
            double apart = one[d] - other[d];
            squares += apart * apart;
        }
        return (float) Math.sqrt(squares);
    }

    /** Over all pairs of the first vectors of an order, each pair once. */
    private static double sum(float[][] distances, int[] order, int first) {
        double sum = 0;
        for (int i = 1; i < first; i++) {
            float[] row = distances[order[i]];
            for (int j = 0; j < i; j++) {
                sum += row[order[j]];
            }
        }
        return sum;
    }

    private static double sumAfter(float[][] distances, int[] order, int first) {
        double sum = 0;
        for (int i = first + 1; i < order.length; i++) {
            float[] row = distances[order[i]];
            for (int j = first; j < i; j++) {
                sum += row[order[j]];
            }
        }
        return sum;
    }

    private static double share(float[][] distances, int[] order, int first, double total) {
        double references = first;
        double currents = (double) order.length - first;
        double within = sum(distances, order, first);
        double after = sumAfter(distances, order, first);
        double across = 2 * (total - within - after) / (references * currents);
        if (across == 0) {
            return 0;
        }
        double own = 2 * within / (references * references) + 2 * after / (currents * currents);
        return Math.max(0, 1 - own / across);
    }
}
