package dev.vitrine.kernel.statistics;

/**
 * What is kept of many pairs of numbers: means, squares and products, which add up as {@link
 * Moments} do.
 *
 * @param xx sum of the squared distances of x from its mean
 * @param xy sum of the products of the distances of x and y from their means
 * @param yy sum of the squared distances of y from its mean
 */
public record PairMoments(long count, double meanX, double meanY, double xx, double xy, double yy) {
    public static final PairMoments NONE = new PairMoments(0, 0, 0, 0, 0, 0);

    public PairMoments {
        if (count < 0
                || !Double.isFinite(meanX)
                || !Double.isFinite(meanY)
                || !(xx >= 0 && Double.isFinite(xx))
                || !(yy >= 0 && Double.isFinite(yy))
                || !Double.isFinite(xy)) {
            throw new IllegalArgumentException(
                    count
                            + " pairs of means "
                            + meanX
                            + ", "
                            + meanY
                            + " and squares "
                            + xx
                            + ", "
                            + xy
                            + ", "
                            + yy);
        }
    }

    /** Of x[i] with y[i]. */
    public static PairMoments of(double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException(x.length + " numbers with " + y.length);
        }
        double meanX = 0;
        double meanY = 0;
        double xx = 0;
        double xy = 0;
        double yy = 0;
        for (int i = 0; i < x.length; i++) {
            double offX = x[i] - meanX;
            double offY = y[i] - meanY;
            meanX += offX / (i + 1);
            meanY += offY / (i + 1);
            xx += offX * (x[i] - meanX);
            xy += offX * (y[i] - meanY);
            yy += offY * (y[i] - meanY);
        }
        return new PairMoments(x.length, meanX, meanY, xx, xy, yy);
    }

    public PairMoments plus(PairMoments other) {
        if (count == 0 || other.count == 0) {
            return count == 0 ? other : this;
        }
        long both = count + other.count;
        double offX = other.meanX - meanX;
        double offY = other.meanY - meanY;
        double share = other.count / (double) both;
        double between = count * share;
        return new PairMoments(
                both,
                meanX + offX * share,
                meanY + offY * share,
                xx + other.xx + offX * offX * between,
                xy + other.xy + offX * offY * between,
                yy + other.yy + offY * offY * between);
    }

    public Moments x() {
        return new Moments(count, meanX, xx);
    }

    public Moments y() {
        return new Moments(count, meanY, yy);
    }

    /** Unbiased; NaN with fewer than two pairs. */
    public double covariance() {
        return count < 2 ? Double.NaN : xy / (count - 1);
    }
}
