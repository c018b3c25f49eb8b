package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.ConfidenceSequence;
import dev.vitrine.kernel.statistics.Normal;

/**
 * How many visitors it takes to see a difference, by the normal approximation without pooled
 * variances (Chow, Shao and Wang 2008, chapters 3 and 4), as {@link Analysis} looks at it.
 *
 * @param control visitors of the control for an interval that is looked at once
 * @param treatment visitors of each other arm, as control
 * @param inflation times as many when it is looked at again and again: an upper bound, since a
 *     difference of the size asked for ends most experiments earlier
 */
public record SampleSize(long control, long treatment, double inflation) {
    /**
     * What is asked for.
     *
     * @param confidence of the interval, such as .95
     * @param power the chance to see a difference of the size asked for, such as .8
     * @param comparisons treatments beside the control, for which the confidence holds together
     * @param ratio visitors of each treatment for one of the control
     * @param correlation of the metric with a covariate that takes part of its variance away; 0
     *     without one
     */
    public record Goal(
            double confidence, double power, int comparisons, double ratio, double correlation) {
        /** A confidence of .95 and a power of .8, one treatment of the control's size. */
        public static final Goal USUAL = new Goal(.95, .8, 1, 1, 0);

        /**
         * @throws VitrineException EXPERIMENT_INVALID
         */
        public Goal {
            Require.within("confidence", confidence, 0, 1);
            Require.within("power", power, 0, 1);
            Require.between("comparisons", comparisons, 1, Experiment.MOST_ARMS);
            Require.between("ratio", ratio, 1e-3, 1e3);
            Require.within("correlation", correlation, -1, 1);
        }

        double alpha() {
            return (1 - confidence) / comparisons;
        }
    }

    /**
     * For a share of visitors, such as those who click.
     *
     * @param base the control's, between 0 and 1
     * @param difference to be seen, absolute; not 0
     * @throws VitrineException EXPERIMENT_INVALID
     */
    public static SampleSize ofRates(double base, double difference, Goal goal) {
        Require.within("base", base, 0, 1);
        Require.within("base + difference", base + difference, 0, 1);
        double other = base + difference;
        return of(base * (1 - base), other * (1 - other), difference, goal);
    }

    /**
     * For a mean by visitor, such as revenue.
     *
     * @param deviation standard deviation over visitors, in the unit of the mean
     * @param difference to be seen, absolute, in the same unit; not 0
     * @throws VitrineException EXPERIMENT_INVALID
     */
    public static SampleSize ofMeans(double deviation, double difference, Goal goal) {
        Require.within("deviation", deviation, 0, Double.MAX_VALUE);
        return of(deviation * deviation, deviation * deviation, difference, goal);
    }

    private static SampleSize of(
            double controlVariance, double treatmentVariance, double difference, Goal goal) {
        Require.valid(
                Double.isFinite(difference) && difference != 0,
                "difference",
                "a difference of " + difference + " takes no finite number of visitors");
        double once = -Normal.quantile(goal.alpha() / 2);
        double power = Normal.quantile(goal.power());
        double effect = difference / (once + power);
        double left = 1 - goal.correlation() * goal.correlation();
        double control =
                left * (controlVariance + treatmentVariance / goal.ratio()) / (effect * effect);
        Require.valid(
                once + power > 0 && control < Long.MAX_VALUE / 1e4,
                "difference",
                "a difference of " + difference + " takes more visitors than can be counted");
        double often = new ConfidenceSequence(1 - goal.alpha(), 1).factor(1);
        double inflation = (often + power) / (once + power);
        return new SampleSize(
                (long) Math.ceil(control),
                (long) Math.ceil(control * goal.ratio()),
                inflation * inflation);
    }

    /** Visitors of the control for intervals that are looked at again and again. */
    public long controlWithPeeking() {
        return (long) Math.ceil(control * inflation);
    }

    /** As {@link #controlWithPeeking}, of each treatment. */
    public long treatmentWithPeeking() {
        return (long) Math.ceil(treatment * inflation);
    }
}
