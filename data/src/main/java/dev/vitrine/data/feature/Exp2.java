package dev.vitrine.data.feature;

/**
 * Powers of two of any real exponent, the same to the last bit on every machine and in every
 * compilation mode, which {@code Math.pow} does not promise: replay must give what live application
 * gave. 2^x = 2^n * T[k] * 2^r with n whole, k in 256ths and r below 1/256 by four terms of the
 * exponential series; relative error below 1e-13.
 */
final class Exp2 {
    private static final int STEPS = 256;
    private static final double LN2 = 0.6931471805599453;
    private static final double[] TABLE = new double[STEPS];

    static {
        for (int i = 0; i < STEPS; i++) {
            TABLE[i] = StrictMath.pow(2, (double) i / STEPS);
        }
    }

    private Exp2() {}

    /** 2^x; 0 below the range of normal numbers, infinity above it. */
    static double of(double x) {
        if (!(x > -1022)) {
            return 0;
        }
        if (x >= 1024) {
            return Double.POSITIVE_INFINITY;
        }
        double floor = Math.floor(x);
        double scaled = (x - floor) * STEPS;
        int k = Math.min((int) scaled, STEPS - 1);
        double r = (scaled - k) * (LN2 / STEPS);
        double series = 1 + r * (1 + r * (0.5 + r * (1.0 / 6 + r / 24)));
        double power = Double.longBitsToDouble(((long) floor + 1023) << 52);
        return power * (TABLE[k] * series);
    }
}
