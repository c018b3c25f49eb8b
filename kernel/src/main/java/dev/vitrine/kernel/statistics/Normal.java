package dev.vitrine.kernel.statistics;

/** The standard normal distribution, to about 1e-14, and relatively so far out in its tails. */
public final class Normal {
    private Normal() {}

    /** The chance of at most x. */
    public static double cdf(double x) {
        return survival(-x);
    }

    /**
     * The chance of more than x: half of the upper incomplete gamma function at x²/2 (DLMF 7.11).
     */
    public static double survival(double x) {
        if (Double.isNaN(x)) {
            throw new IllegalArgumentException("the normal distribution at NaN");
        }
        double half = x * x / 2;
        return x >= 0
                ? SpecialFunctions.gammaUpper(.5, half) / 2
                : .5 + SpecialFunctions.gammaLower(.5, half) / 2;
    }

    /** The chance of a value as far from 0 as z or farther, to either side. */
    public static double twoSided(double z) {
        return Math.min(1, 2 * survival(Math.abs(z)));
    }

    /**
     * The value that is not exceeded with a chance: Hastings' rational approximation (Abramowitz
     * and Stegun 26.2.23, error 4.5e-4), then Halley's method, which triples the digits in each
     * step.
     *
     * @param chance in (0, 1)
     */
    public static double quantile(double chance) {
        if (!(chance > 0 && chance < 1)) {
            throw new IllegalArgumentException("no quantile at the chance " + chance);
        }
        boolean upper = chance > .5;
        double tail = upper ? 1 - chance : chance;
        double t = Math.sqrt(-2 * Math.log(tail));
        double x =
                t
                        - (2.515517 + t * (.802853 + t * .010328))
                                / (1 + t * (1.432788 + t * (.189269 + t * .001308)));
        for (int step = 0; step < 3; step++) {
            double density = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
            double off = (survival(x) - tail) / density;
            x += off / (1 - x * off / 2);
        }
        return upper ? x : -x;
    }

    /** How many standard errors either side hold a normal value with a confidence; 1.96 at .95. */
    public static double factor(double confidence) {
        return -quantile((1 - Interval.requireConfidence(confidence)) / 2);
    }
}
