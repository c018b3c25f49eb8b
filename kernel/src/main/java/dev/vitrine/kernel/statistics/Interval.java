package dev.vitrine.kernel.statistics;

/**
 * Where a number lies with some confidence, both ends included; either may be infinite.
 *
 * @param low at most {@code high}
 */
public record Interval(double low, double high) {
    /** Nothing is known. */
    public static final Interval UNBOUNDED =
            new Interval(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

    public Interval {
        if (!(low <= high)) {
            throw new IllegalArgumentException("an interval from " + low + " to " + high);
        }
    }

    public boolean contains(double value) {
        return low <= value && value <= high;
    }

    public double width() {
        return high - low;
    }

    /** The same numbers seen from the other side: what holds for -x when this holds for x. */
    public Interval negated() {
        return new Interval(-high, -low);
    }

    /**
     * @param half at least 0; infinity gives {@link #UNBOUNDED}
     */
    static Interval around(double middle, double half) {
        return Double.isFinite(half) ? new Interval(middle - half, middle + half) : UNBOUNDED;
    }

    static double requireConfidence(double confidence) {
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException("confidence " + confidence + " is not in (0, 1)");
        }
        return confidence;
    }
}
