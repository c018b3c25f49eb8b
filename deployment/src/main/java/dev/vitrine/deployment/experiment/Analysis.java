package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.ConfidenceSequence;
import dev.vitrine.kernel.statistics.Interval;
import dev.vitrine.kernel.statistics.Moments;
import dev.vitrine.kernel.statistics.Normal;
import java.util.ArrayList;
import java.util.List;

/**
 * What an experiment has shown of one metric so far.
 *
 * <p>Every treatment is compared with the control. With m treatments each interval has the
 * confidence 1 - alpha / m (Bonferroni), so that all of them hold together, and p values are m
 * times as large: interval and p value never contradict each other. The relative lift has Fieller's
 * interval: all ratios r for which treatment - r control does not differ from 0. It leaves out 0
 * exactly when the interval of the difference does, and is unbounded while the control itself may
 * be 0.
 *
 * @param arms in the order of the experiment
 * @param comparisons of all arms but the first with the first
 * @param sampleRatio whether arms have the visitors they should have
 * @param explained share of the metric's variance that a covariate took away; 0 without one
 */
public record Analysis(
        List<ArmValue> arms,
        List<Comparison> comparisons,
        SampleRatio sampleRatio,
        double explained) {
    public Analysis {
        arms = List.copyOf(arms);
        comparisons = List.copyOf(comparisons);
    }

    /**
     * @param arms the control first, with the weights by which visitors were dealt
     * @param data of one metric, in the order of the arms
     * @throws VitrineException MEASUREMENT_INVALID when data and arms do not fit each other
     */
    public static Analysis of(List<Arm> arms, List<ArmData> data, AnalysisSettings settings) {
        Require.measured(
                arms.size() >= 2 && arms.size() == data.size(),
                "arms",
                "data of " + data.size() + " arms where there are " + arms.size());
        List<Moments> means = ArmData.asMeans(data);
        double all = arms.stream().mapToDouble(Arm::weight).sum();
        SampleRatio ratio =
                SampleRatio.of(
                        arms.stream().map(arm -> arm.weight() / all).toList(),
                        data.stream().mapToLong(ArmData::visitors).toArray());
        Look look = new Look(settings, arms.size() - 1, ratio.mismatch());
        List<ArmValue> values = new ArrayList<>();
        List<Comparison> comparisons = new ArrayList<>();
        for (int i = 0; i < arms.size(); i++) {
            values.add(look.value(arms.get(i), means.get(i)));
            if (i > 0) {
                comparisons.add(look.comparison(arms.get(i), means.getFirst(), means.get(i)));
            }
        }
        return new Analysis(values, comparisons, ratio, explained(data, means));
    }

    private static double explained(List<ArmData> data, List<Moments> means) {
        double before = 0;
        double after = 0;
        for (int i = 0; i < data.size(); i++) {
            if (data.get(i) instanceof ArmData.WithCovariate(var pairs)) {
                before += pairs.yy();
                after += means.get(i).squares();
            }
        }
        return before > 0 ? 1 - after / before : 0;
    }

    /** One look at an experiment: how it is done. */
    private static final class Look {
        private final AnalysisSettings settings;
        private final int treatments;
        private final boolean mismatch;
        private final double fixedFactor;
        private final ConfidenceSequence sequence;

        Look(AnalysisSettings settings, int treatments, boolean mismatch) {
            this.settings = settings;
            this.treatments = treatments;
            this.mismatch = mismatch;
            double confidence = 1 - (1 - settings.confidence()) / treatments;
            fixedFactor = Normal.factor(confidence);
            sequence = new ConfidenceSequence(confidence, settings.tightestAt());
        }

        ArmValue value(Arm arm, Moments mean) {
            double half = Normal.factor(settings.confidence()) * mean.standardError();
            Interval interval =
                    half > 0
                            ? new Interval(mean.mean() - half, mean.mean() + half)
                            : Interval.UNBOUNDED;
            return new ArmValue(arm, mean.count(), mean.mean(), interval);
        }

        Comparison comparison(Arm arm, Moments control, Moments treatment) {
            double difference = treatment.mean() - control.mean();
            double lift = control.mean() == 0 ? Double.NaN : difference / control.mean();
            double fraction = sequence.fraction(control, treatment);
            boolean early =
                    Math.min(control.count(), treatment.count()) < settings.leastVisitors()
                            || fraction == 0;
            if (early) {
                Interval unknown = Interval.UNBOUNDED;
                return new Comparison(
                        arm,
                        new Effect(difference, unknown, unknown),
                        new Effect(lift, unknown, unknown),
                        1,
                        1,
                        mismatch ? Verdict.MISMATCH : Verdict.EARLY);
            }
            double error = Math.sqrt(control.meanVariance() + treatment.meanVariance());
            double factor = sequence.factor(fraction);
            Interval valid = sequence.around(difference, error, fraction);
            Interval fixed =
                    new Interval(
                            difference - fixedFactor * error, difference + fixedFactor * error);
            return new Comparison(
                    arm,
                    new Effect(difference, fixed, valid),
                    new Effect(
                            lift,
                            lift(control, treatment, fixedFactor),
                            lift(control, treatment, factor)),
                    Math.min(1, treatments * Normal.twoSided(difference / error)),
                    Math.min(1, treatments * sequence.pValue(difference / error, fraction)),
                    verdict(valid));
        }

        private Verdict verdict(Interval valid) {
            if (mismatch) {
                return Verdict.MISMATCH;
            }
            if (valid.contains(0)) {
                return Verdict.NOT_SHOWN;
            }
            return valid.low() > 0 ? Verdict.HIGHER : Verdict.LOWER;
        }

        /** Fieller's interval (1954) of treatment over control, less 1. */
        private static Interval lift(Moments control, Moments treatment, double factor) {
            double square = factor * factor;
            double a = control.mean() * control.mean() - square * control.meanVariance();
            double b = control.mean() * treatment.mean();
            double c = treatment.mean() * treatment.mean() - square * treatment.meanVariance();
            if (!(a > 0)) {
                return Interval.UNBOUNDED;
            }
            double root = Math.sqrt(Math.max(0, b * b - a * c));
            return new Interval((b - root) / a - 1, (b + root) / a - 1);
        }
    }
}
