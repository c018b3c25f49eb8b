package dev.vitrine.kernel.statistics;

/**
 * Intervals that may be looked at after every observation: with the stated confidence, all of them
 * hold the truth. An interval made for one look, looked at again and again, is bound to miss it.
 *
 * <p>The mechanism is a bet. Were the truth a given value, the likelihood ratio of a mixture of
 * other values, normal around it, would be a fair game, and a fair game that starts with 1 ever
 * reaches 1/alpha with a chance of at most alpha (Ville 1939; Robbins 1970; for experiments Johari,
 * Koomen, Pekelis and Walsh 2022, mSPRT). The interval is all values whose game has not got there.
 * With a variance that is estimated this holds as the number of observations grows: an asymptotic
 * confidence sequence (Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, Annals of Statistics 2024).
 * So early looks at very skewed or very rare values are to be taken with care, and {@link
 * CountSequence} is exact for counts.
 *
 * <p>The width of the mixture decides where the interval is tightest beside one made for a single
 * look: there, at a confidence of .95, it is 1.55 times as wide; at twice and four times as many
 * observations 1.56 and 1.60 times, at a tenth 1.95 times.
 *
 * @param confidence that all intervals hold the truth, in (0, 1)
 * @param tightestAt observations, in each arm where two are compared, at which the interval is
 *     tightest; chosen before the first look, and not changed
 */
public record ConfidenceSequence(double confidence, double tightestAt) {
    private static final int STEPS = 60;

    public ConfidenceSequence {
        Interval.requireConfidence(confidence);
        if (!(tightestAt > 0 && Double.isFinite(tightestAt))) {
            throw new IllegalArgumentException("tightest at " + tightestAt + " observations");
        }
    }

    /** The mean of independent numbers; {@link Interval#UNBOUNDED} while their variance is 0. */
    public Interval mean(Moments moments) {
        return around(moments.mean(), moments.standardError(), fraction(moments));
    }

    /**
     * The mean of the treatment less that of the control; unbounded while the variance is 0. The
     * arms may have any number of observations each, as long as the numbers themselves do not
     * decide how many.
     */
    public Interval difference(Moments control, Moments treatment) {
        return around(
                treatment.mean() - control.mean(),
                Math.sqrt(control.meanVariance() + treatment.meanVariance()),
                fraction(control, treatment));
    }

    /** The p value that belongs to {@link #difference}: below 1 - confidence when 0 is outside. */
    public double pValue(Moments control, Moments treatment) {
        return pValue(
                (treatment.mean() - control.mean())
                        / Math.sqrt(control.meanVariance() + treatment.meanVariance()),
                fraction(control, treatment));
    }

    /** Small when the treatment's mean is larger; the other direction by exchanging the arms. */
    public double pGreater(Moments control, Moments treatment) {
        return pGreater(
                (treatment.mean() - control.mean())
                        / Math.sqrt(control.meanVariance() + treatment.meanVariance()),
                fraction(control, treatment));
    }

    /** Of the information at which the mean's interval is tightest, how much there is. */
    public double fraction(Moments moments) {
        return moments.count() / tightestAt;
    }

    /** As {@link #fraction(Moments)}, of a difference; 0 while a variance is unknown. */
    public double fraction(Moments control, Moments treatment) {
        double now = control.meanVariance() + treatment.meanVariance();
        double planned = (control.variance() + treatment.variance()) / tightestAt;
        return now > 0 && planned > 0 ? planned / now : 0;
    }

    /**
     * Around any estimate that is a mean in the limit, such as a ratio of means.
     *
     * @param standardError of the estimate; unbounded where it is not above 0
     * @param fraction the information in the estimate (one over its variance) in units of that at
     *     which the interval is to be tightest
     */
    public Interval around(double estimate, double standardError, double fraction) {
        return standardError > 0 && fraction > 0
                ? Interval.around(estimate, standardError * factor(fraction))
                : Interval.UNBOUNDED;
    }

    /** How many standard errors the interval reaches to either side; infinite at 0. */
    public double factor(double fraction) {
        double scale = scale(fraction);
        return Math.sqrt(scale / (scale - 1) * (Math.log(scale) - 2 * Math.log(1 - confidence)));
    }

    /**
     * How many standard errors below the estimate a bound lies that is below the truth at every
     * look with the confidence; smaller than {@link #factor}, since it looks one way only.
     */
    public double oneSidedFactor(double fraction) {
        double low = 0;
        double high = factor(fraction);
        if (!Double.isFinite(high)) {
            return high;
        }
        for (int i = 0; i < STEPS; i++) {
            double middle = (low + high) / 2;
            if (pGreater(middle, fraction) > 1 - confidence) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    /**
     * How unlikely it is that so many standard errors, or more, ever come to be when the truth is
     * 0. At most 1 - confidence exactly when the interval leaves out 0; the smallest of all looks
     * may be kept, since it is valid too.
     *
     * @param z estimate in standard errors; NaN gives 1
     * @param fraction as in {@link #around}
     */
    public double pValue(double z, double fraction) {
        return asP(logBet(z, scale(fraction)));
    }

    /**
     * As {@link #pValue}, against "the truth is 0 or less": the mixture has positive values alone
     * (half of a normal distribution; Howard, Ramdas, McAuliffe and Sekhon 2021).
     */
    public double pGreater(double z, double fraction) {
        double scale = scale(fraction);
        double share = Normal.cdf(Double.isNaN(z) ? 0 : z * Math.sqrt((scale - 1) / scale));
        return asP(logBet(z, scale) + Math.log(2 * share));
    }

    private static double logBet(double z, double scale) {
        return z * z * (scale - 1) / (2 * scale) - Math.log(scale) / 2;
    }

    private static double asP(double logBet) {
        return Double.isNaN(logBet) ? 1 : Math.min(1, Math.exp(-logBet));
    }

    /** One plus the variance of the mixture in units of the variance of the estimate. */
    private double scale(double fraction) {
        return 1 + (tightest(1 - confidence) - 1) * fraction;
    }

    /**
     * The scale at which the interval is tightest: where the derivative of the squared factor is 0,
     * scale = 1 + log(scale) + 2 log(1/alpha); 9.2 at a confidence of .95. By Newton's method, from
     * right of the root, where it only falls.
     */
    static double tightest(double alpha) {
        double wanted = 1 - 2 * Math.log(alpha);
        double scale = wanted + 2 * Math.log(wanted) + 2;
        double last = Double.POSITIVE_INFINITY;
        while (scale < last) {
            last = scale;
            scale -= (scale - Math.log(scale) - wanted) / (1 - 1 / scale);
        }
        return scale;
    }
}
