package dev.vitrine.kernel.statistics;

/**
 * What is kept of many numbers to compare their means: enough to go on adding, and to merge parts
 * in any order (Chan, Golub and LeVeque 1983).
 *
 * @param count of numbers
 * @param mean of the numbers; 0 when there are none
 * @param squares sum of the squared distances from the mean
 */
public record Moments(long count, double mean, double squares) {
    public static final Moments NONE = new Moments(0, 0, 0);

    public Moments {
        if (count < 0 || !Double.isFinite(mean) || !(squares >= 0 && Double.isFinite(squares))) {
            throw new IllegalArgumentException(
                    count + " numbers of mean " + mean + " and squares " + squares);
        }
    }

    public static Moments of(double... values) {
        double mean = 0;
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            double off = values[i] - mean;
            mean += off / (i + 1);
            squares += off * (values[i] - mean);
        }
        return new Moments(values.length, mean, squares);
    }

    /** Of ones and zeros. */
    public static Moments ofSuccesses(long successes, long trials) {
        if (successes < 0 || successes > trials) {
            throw new IllegalArgumentException(successes + " successes of " + trials);
        }
        double rate = trials == 0 ? 0 : successes / (double) trials;
        return new Moments(trials, rate, trials * rate * (1 - rate));
    }

    public Moments plus(Moments other) {
        if (count == 0 || other.count == 0) {
            return count == 0 ? other : this;
        }
        long both = count + other.count;
        double off = other.mean - mean;
        double share = other.count / (double) both;
        return new Moments(
                both, mean + off * share, squares + other.squares + off * off * count * share);
    }

    /** Of the population, unbiased; NaN with fewer than two numbers. */
    public double variance() {
        return count < 2 ? Double.NaN : squares / (count - 1);
    }

    /** The variance of the mean; NaN with fewer than two numbers. */
    public double meanVariance() {
        return variance() / count;
    }

    /** Of the mean; NaN with fewer than two numbers. */
    public double standardError() {
        return Math.sqrt(meanVariance());
    }
}
