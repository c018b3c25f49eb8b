package dev.vitrine.kernel.statistics;

/**
 * The functions that distributions are made of: log gamma by Stirling's series after a shift to
 * arguments of at least 15 (terms to x^-11, an error below 1e-15), the incomplete gamma function by
 * its series left of a + 1 and by a continued fraction right of it, the incomplete beta function by
 * a continued fraction on the side where it converges fast (DLMF 5.11, 8.7, 8.9 and 8.17).
 * Continued fractions are summed by Lentz's method as Thompson and Barnett (1986) mended it.
 */
final class SpecialFunctions {
    private static final double TINY = 1e-300;
    private static final double EXACT = 1e-16;
    private static final int MOST_TERMS = 100_000;
    private static final double[] STIRLING = {
        1 / 12.0, -1 / 360.0, 1 / 1260.0, -1 / 1680.0, 1 / 1188.0, -691 / 360360.0
    };

    private SpecialFunctions() {}

    /** The logarithm of the gamma function of a positive number. */
    static double logGamma(double x) {
        if (!(x > 0)) {
            throw new IllegalArgumentException("log gamma of " + x);
        }
        double shifted = x;
        double product = 1;
        while (shifted < 15) {
            product *= shifted;
            shifted++;
        }
        double square = 1 / (shifted * shifted);
        double series = 0;
        for (int i = STIRLING.length - 1; i >= 0; i--) {
            series = series * square + STIRLING[i];
        }
        return (shifted - .5) * Math.log(shifted)
                - shifted
                + .5 * Math.log(2 * Math.PI)
                + series / shifted
                - Math.log(product);
    }

    /** The logarithm of the beta function of two positive numbers. */
    static double logBeta(double a, double b) {
        return logGamma(a) + logGamma(b) - logGamma(a + b);
    }

    /** The logarithm of the number of ways to choose k of n; n and k need not be whole. */
    static double logChoose(double n, double k) {
        return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
    }

    /** The regularised lower incomplete gamma function P(a, x), a > 0, x >= 0. */
    static double gammaLower(double a, double x) {
        return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x);
    }

    /** The regularised upper incomplete gamma function Q(a, x), precise where it is small. */
    static double gammaUpper(double a, double x) {
        return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
    }

    private static double gammaSeries(double a, double x) {
        if (x <= 0) {
            return 0;
        }
        double term = 1 / a;
        double sum = term;
        for (int n = 1; n < MOST_TERMS && term > sum * EXACT; n++) {
            term *= x / (a + n);
            sum += term;
        }
        return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
    }

    private static double gammaFraction(double a, double x) {
        if (x == Double.POSITIVE_INFINITY) {
            return 0;
        }
        double b = x + 1 - a;
        double c = 1 / TINY;
        double d = 1 / b;
        double product = d;
        for (int n = 1; n < MOST_TERMS; n++) {
            double numerator = -n * (n - a);
            b += 2;
            d = 1 / away(numerator * d + b);
            c = away(b + numerator / c);
            double step = d * c;
            product *= step;
            if (Math.abs(step - 1) < EXACT) {
                break;
            }
        }
        return product * Math.exp(a * Math.log(x) - x - logGamma(a));
    }

    /** The regularised incomplete beta function I_x(a, b), a and b > 0, x in [0, 1]. */
    static double beta(double a, double b, double x) {
        if (x <= 0) {
            return 0;
        }
        if (x >= 1) {
            return 1;
        }
        double front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b));
        return x < (a + 1) / (a + b + 2)
                ? front * betaFraction(a, b, x) / a
                : 1 - front * betaFraction(b, a, 1 - x) / b;
    }

    private static double betaFraction(double a, double b, double x) {
        double c = 1;
        double d = 1 / away(1 - (a + b) * x / (a + 1));
        double product = d;
        for (int n = 1; n < MOST_TERMS; n++) {
            double even = n * (b - n) * x / ((a + 2 * n - 1) * (a + 2 * n));
            d = 1 / away(1 + even * d);
            c = away(1 + even / c);
            product *= d * c;
            double odd = -(a + n) * (a + b + n) * x / ((a + 2 * n) * (a + 2 * n + 1));
            d = 1 / away(1 + odd * d);
            c = away(1 + odd / c);
            double step = d * c;
            product *= step;
            if (Math.abs(step - 1) < EXACT) {
                break;
            }
        }
        return product;
    }

    private static double away(double value) {
        return Math.abs(value) < TINY ? TINY : value;
    }
}
