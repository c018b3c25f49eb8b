package dev.vitrine.kernel.statistics;

/** The chi-square distribution, to 1e-10. */
public final class ChiSquare {
    private ChiSquare() {}

    /**
     * The chance of more than x.
     *
     * @param x at least 0
     * @param degrees of freedom, at least 1
     */
    public static double survival(double x, int degrees) {
        check(x, degrees);
        return SpecialFunctions.gammaUpper(degrees / 2.0, x / 2);
    }

    /** The chance of at most x; as {@link #survival}. */
    public static double cdf(double x, int degrees) {
        check(x, degrees);
        return SpecialFunctions.gammaLower(degrees / 2.0, x / 2);
    }

    private static void check(double x, int degrees) {
        if (!(x >= 0) || degrees < 1) {
            throw new IllegalArgumentException(
                    "chi-square at " + x + " with " + degrees + " degrees of freedom");
        }
    }
}
