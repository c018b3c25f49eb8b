package dev.vitrine.server.experiment;

import dev.vitrine.deployment.experiment.Analysis;
import dev.vitrine.deployment.experiment.Arm;
import dev.vitrine.deployment.experiment.ArmData;
import dev.vitrine.deployment.experiment.ArmValue;
import dev.vitrine.deployment.experiment.Comparison;
import dev.vitrine.deployment.experiment.Experiment;
import dev.vitrine.deployment.experiment.Preference;
import dev.vitrine.deployment.experiment.SampleRatio;
import dev.vitrine.deployment.experiment.SampleSize;
import dev.vitrine.deployment.experiment.Verdict;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.statistics.Interval;
import dev.vitrine.kernel.statistics.Normal;
import dev.vitrine.kernel.statistics.PairMoments;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What an experiment has shown so far; good at every look, however many there were before.
 *
 * @param arms what was counted of each
 * @param metrics in the order of the plan; empty for an interleaving
 * @param preference of an interleaving, between the first and the second ranking
 * @param verdict of the primary metric: of the first treatment that differs, else of all
 * @param words the same in words
 * @param warnings that whoever reads results has to know, the gravest first
 * @param visitors whether arms have the visitors that they should have
 * @param heard the same of visitors of whom the storefront told an impression; empty where it tells
 *     none
 * @param needed visitors in all for the smallest difference that matters, looked at again and
 *     again; 0 while nothing can be said
 * @param missing of those
 */
public record Findings(
        List<Count> arms,
        List<Measured> metrics,
        Optional<Preference> preference,
        Verdict verdict,
        String words,
        List<String> warnings,
        SampleRatio visitors,
        Optional<SampleRatio> heard,
        long needed,
        long missing) {
    private static final double POWER = .8;

    /** Visitors of an arm, how many answers they had, and of how many the storefront told. */
    public record Count(String arm, long visitors, double answers, long heard) {}

    /** One metric in all arms. */
    public record Measured(Metric metric, Analysis analysis) {
        /** What a treatment did to it, in words. */
        public String words(Comparison comparison) {
            return Words.of(metric, analysis.arms().getFirst(), comparison);
        }
    }

    public Findings {
        arms = List.copyOf(arms);
        metrics = List.copyOf(metrics);
        warnings = List.copyOf(warnings);
    }

    /** Looks at what was counted; {@code notes} come after the warnings of the numbers. */
    static Findings of(ExperimentPlan plan, List<Tally> counted, List<String> notes) {
        List<Arm> arms = plan.weighted();
        long[] visitors = counted.stream().mapToLong(Tally::visitors).toArray();
        List<Double> shares = plan.drawn("shares", 0, Experiment.BUCKETS).shares();
        SampleRatio ratio = SampleRatio.of(shares, visitors);
        long[] told = counted.stream().mapToLong(Tally::heard).toArray();
        boolean tells = counted.stream().anyMatch(tally -> tally.heard() > 0);
        Optional<SampleRatio> heard =
                tells ? Optional.of(SampleRatio.of(shares, told)) : Optional.empty();
        List<Count> counts = new ArrayList<>();
        for (int i = 0; i < arms.size(); i++) {
            Tally tally = counted.get(i);
            counts.add(
                    new Count(
                            arms.get(i).name(), tally.visitors(), tally.answers(), tally.heard()));
        }
        List<String> warnings = new ArrayList<>();
        if (ratio.mismatch()) {
            warnings.add(Words.mismatch("visitors", arms, shares, visitors, ratio));
        }
        heard.filter(SampleRatio::mismatch)
                .ifPresent(r ->
                        warnings.add(
                                Words.mismatch(
                                        "visitors whose storefront told of an impression",
                                        arms,
                                        shares,
                                        told,
                                        r)));
        boolean mismatch = !warnings.isEmpty();
        warnings.addAll(notes);
        return plan.kind() == ExperimentPlan.Kind.INTERLEAVING
                ? interleaved(plan, counted, counts, warnings, ratio)
                : compared(plan, counted, counts, warnings, mismatch, ratio, heard);
    }

    private static Findings compared(
            ExperimentPlan plan,
            List<Tally> counted,
            List<Count> counts,
            List<String> warnings,
            boolean mismatch,
            SampleRatio ratio,
            Optional<SampleRatio> heard) {
        List<Measured> metrics = new ArrayList<>();
        for (Metric metric : plan.metrics()) {
            Analysis analysis =
                    Analysis.of(plan.weighted(), data(metric, counted), plan.settings());
            metrics.add(new Measured(metric, mismatch ? disbelieved(analysis) : analysis));
        }
        Measured primary =
                metrics.stream()
                        .filter(m -> m.metric() == plan.primaryMetric())
                        .findFirst()
                        .orElseThrow();
        Comparison told = decisive(primary.analysis().comparisons());
        Verdict verdict = mismatch ? Verdict.MISMATCH : told.verdict();
        String words =
                mismatch
                        ? "do not believe any figure before it is known who is missing"
                        : primary.words(told);
        long needed = needed(plan, primary.analysis());
        long in = counts.stream().mapToLong(Count::visitors).sum();
        return new Findings(
                counts,
                metrics,
                Optional.empty(),
                verdict,
                words,
                warnings,
                ratio,
                heard,
                needed,
                Math.max(0, needed - in));
    }

    /** Where events of an arm are missing, no metric says what it seems to. */
    private static Analysis disbelieved(Analysis analysis) {
        List<Comparison> comparisons =
                analysis.comparisons().stream()
                        .map(each ->
                                new Comparison(
                                        each.arm(),
                                        each.difference(),
                                        each.lift(),
                                        each.fixedP(),
                                        each.validP(),
                                        Verdict.MISMATCH))
                        .toList();
        return new Analysis(
                analysis.arms(), comparisons, analysis.sampleRatio(), analysis.explained());
    }

    /** The one to be told of first: which differs most certainly; else the first. */
    private static Comparison decisive(List<Comparison> comparisons) {
        Comparison best = comparisons.getFirst();
        for (Comparison each : comparisons) {
            if (each.validP() < best.validP()) {
                best = each;
            }
        }
        return best;
    }

    private static List<ArmData> data(Metric metric, List<Tally> counted) {
        List<PairMoments> pairs = counted.stream().map(tally -> tally.of(metric)).toList();
        if (metric.kind() == Metric.Kind.PER_ANSWER) {
            return pairs.stream().<ArmData>map(ArmData.Ratio::new).toList();
        }
        return pairs.stream().<ArmData>map(ArmData.WithCovariate::new).toList();
    }

    /** Visitors in all arms for the plan's smallest difference, from what is known of it now. */
    private static long needed(ExperimentPlan plan, Analysis analysis) {
        ArmValue control = analysis.arms().getFirst();
        Interval around = control.interval();
        double half = around.width() / 2;
        if (!Double.isFinite(half) || !(control.value() > 0)) {
            return 0;
        }
        double deviation = half / Normal.factor(plan.confidence()) * Math.sqrt(control.visitors());
        double lightest =
                plan.arms().stream().skip(1).mapToDouble(ArmPlan::share).min().orElseThrow();
        double ratio = Math.clamp(lightest / plan.arms().getFirst().share(), 1e-3, 1e3);
        try {
            SampleSize size =
                    SampleSize.ofMeans(
                            deviation,
                            plan.minimumEffect() * control.value(),
                            new SampleSize.Goal(
                                    plan.confidence(), POWER, plan.arms().size() - 1, ratio, 0));
            double all = plan.arms().stream().mapToDouble(ArmPlan::share).sum();
            return (long)
                    Math.ceil(size.controlWithPeeking() * (all / plan.arms().getFirst().share()));
        } catch (VitrineException tooMany) {
            return 0;
        }
    }

    private static Findings interleaved(
            ExperimentPlan plan,
            List<Tally> counted,
            List<Count> counts,
            List<String> warnings,
            SampleRatio ratio) {
        long first = counted.stream().mapToLong(Tally::forFirst).sum();
        long second = counted.stream().mapToLong(Tally::forSecond).sum();
        long all = counted.stream().mapToLong(Tally::visitors).sum();
        Preference preference =
                Preference.of(first, second, all - first - second, plan.confidence());
        Verdict verdict;
        if (first + second < plan.settings().leastVisitors()) {
            verdict = Verdict.EARLY;
        } else if (preference.validP() > 1 - plan.confidence()) {
            verdict = Verdict.NOT_SHOWN;
        } else {
            verdict = second > first ? Verdict.HIGHER : Verdict.LOWER;
        }
        return new Findings(
                counts,
                List.of(),
                Optional.of(preference),
                verdict,
                Words.of(plan, verdict, preference),
                warnings,
                ratio,
                Optional.empty(),
                0,
                0);
    }

    /** How findings are told. */
    private static final class Words {
        private Words() {}

        static String of(Metric metric, ArmValue control, Comparison comparison) {
            String name = comparison.arm().name();
            return switch (comparison.verdict()) {
                case EARLY ->
                        "too early: each arm needs 100 visitors, and some who did it, before"
                                + " anything is said of "
                                + metric.wire();
                case MISMATCH -> "not to be believed: visitors or events are missing";
                case NOT_SHOWN ->
                        "no difference is shown in "
                                + metric.wire()
                                + "; that of "
                                + name
                                + " lies "
                                + range(metric, comparison);
                case HIGHER, LOWER ->
                        metric.wire()
                                + " is "
                                + (comparison.verdict() == Verdict.HIGHER ? "higher" : "lower")
                                + " with "
                                + name
                                + " than with "
                                + control.arm().name()
                                + ": by "
                                + change(metric, comparison)
                                + ", and surely "
                                + range(metric, comparison);
            };
        }

        private static String change(Metric metric, Comparison comparison) {
            double lift = comparison.lift().estimate();
            return Double.isFinite(lift)
                    ? percent(Math.abs(lift))
                    : value(metric, Math.abs(comparison.difference().estimate()));
        }

        private static String range(Metric metric, Comparison comparison) {
            Interval lift = comparison.lift().valid();
            if (Double.isFinite(lift.width())) {
                return "between " + signed(lift.low()) + " and " + signed(lift.high());
            }
            Interval difference = comparison.difference().valid();
            return "between "
                    + value(metric, difference.low())
                    + " and "
                    + value(metric, difference.high());
        }

        static String of(ExperimentPlan plan, Verdict verdict, Preference preference) {
            String first = plan.arms().getFirst().name();
            String second = plan.arms().getLast().name();
            String counts =
                    preference.forSecond()
                            + " visitors prefer "
                            + second
                            + ", "
                            + preference.forFirst()
                            + " prefer "
                            + first;
            return switch (verdict) {
                case EARLY -> "too early: " + counts + "; 100 in all are the least";
                case HIGHER -> "clicks prefer " + second + ": " + counts;
                case LOWER -> "clicks prefer " + first + ": " + counts;
                case NOT_SHOWN, MISMATCH -> "no preference is shown: " + counts;
            };
        }

        static String mismatch(
                String who,
                List<Arm> arms,
                List<Double> shares,
                long[] visitors,
                SampleRatio ratio) {
            long all = 0;
            for (long each : visitors) {
                all += each;
            }
            StringBuilder text = new StringBuilder(who);
            for (int i = 0; i < visitors.length; i++) {
                text.append(i == 0 ? ": " : ", ")
                        .append(arms.get(i).name())
                        .append(" has ")
                        .append(visitors[i])
                        .append(" and should have about ")
                        .append(Math.round(all * shares.get(i)));
            }
            return text.append(String.format(Locale.ROOT, " (p %.1g)", ratio.validP())).toString();
        }

        private static String value(Metric metric, double value) {
            return metric.isShare()
                    ? String.format(Locale.ROOT, "%.2f points", value * 100)
                    : String.format(Locale.ROOT, "%.4g", value);
        }

        private static String percent(double value) {
            return String.format(Locale.ROOT, "%.1f %%", value * 100);
        }

        private static String signed(double value) {
            return String.format(Locale.ROOT, "%+.1f %%", value * 100);
        }
    }
}
