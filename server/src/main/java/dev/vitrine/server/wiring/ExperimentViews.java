package dev.vitrine.server.wiring;

import dev.vitrine.deployment.experiment.ArmValue;
import dev.vitrine.deployment.experiment.Comparison;
import dev.vitrine.deployment.experiment.Preference;
import dev.vitrine.deployment.experiment.SampleRatio;
import dev.vitrine.kernel.statistics.Interval;
import dev.vitrine.server.experiment.Estimate;
import dev.vitrine.server.experiment.ExperimentPlan;
import dev.vitrine.server.experiment.Experiments;
import dev.vitrine.server.experiment.Findings;
import dev.vitrine.server.experiment.Metric;
import dev.vitrine.server.http.ExperimentsPort;
import dev.vitrine.server.http.WatchPort.AlertView;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows experiments, and brings to them what operators want. */
public final class ExperimentViews implements ExperimentsPort {
    private static final double DAY_MILLIS = 86_400_000.0;

    /** Nothing is foretold from less. */
    private static final double LEAST_DAYS = 1 / 24.0;

    private final Experiments experiments;
    private final InstantSource clock;

    public ExperimentViews(Experiments experiments, InstantSource clock) {
        this.experiments = experiments;
        this.clock = clock;
    }

    @Override
    public List<ExperimentView> list() {
        return experiments.list().stream().map(this::view).toList();
    }

    @Override
    public ExperimentView get(String id) {
        return view(experiments.get(id));
    }

    @Override
    public ExperimentView create(String plan, String who) {
        return view(experiments.create(ExperimentPlan.parse(plan, "plan"), who));
    }

    @Override
    public ExperimentView start(String id, String who) {
        return view(experiments.start(id, who));
    }

    @Override
    public ExperimentView stop(String id, String who, String why) {
        return view(experiments.stop(id, who, why.isBlank() ? "stopped by " + who : why));
    }

    @Override
    public void delete(String id, String who) {
        experiments.delete(id, who);
    }

    @Override
    public EstimateView estimate(String question) {
        Estimate.Size size = Estimate.parse(question, "question").size();
        return new EstimateView(
                size.control(),
                size.treatment(),
                size.total(),
                size.withPeeking(),
                size.days(),
                size.daysWithPeeking(),
                size.words());
    }

    /** Those that should run and cannot. */
    public List<AlertView> alerts() {
        return experiments.stuck().stream()
                .map(each ->
                        new AlertView(
                                "experiment-not-running",
                                "warning",
                                each.startedAt(),
                                "experiment "
                                        + each.id()
                                        + " answers and counts nobody: "
                                        + each.why()
                                        + ". Mend that and start the server again, or stop it"))
                .toList();
    }

    private ExperimentView view(Experiments.Shown one) {
        ExperimentPlan plan = one.plan();
        double all = plan.arms().stream().mapToDouble(arm -> arm.share()).sum();
        return new ExperimentView(
                plan.id(),
                plan.description(),
                plan.kind().wire(),
                plan.servingConfigs(),
                plan.traffic(),
                plan.arms().stream()
                        .map(arm -> new ArmView(arm.name(), arm.share() / all, arm.differs()))
                        .toList(),
                plan.metrics().stream().map(Metric::wire).toList(),
                plan.primaryMetric().wire(),
                plan.minimumEffect(),
                plan.plannedVisitors(),
                plan.confidence(),
                one.state(),
                one.who(),
                one.createdAt(),
                one.startedAt(),
                one.stoppedAt(),
                one.reason(),
                one.problem(),
                one.findings().map(found -> view(found, one)));
    }

    private ResultsView view(Findings found, Experiments.Shown of) {
        return new ResultsView(
                name(found.verdict()),
                found.words(),
                found.warnings(),
                found.arms().stream()
                        .map(arm ->
                                new CountView(
                                        arm.arm(), arm.visitors(), arm.answers(), arm.heard()))
                        .toList(),
                view(found.visitors()),
                found.heard().map(ExperimentViews::view),
                found.metrics().stream().map(ExperimentViews::view).toList(),
                found.preference().map(ExperimentViews::view),
                found.needed(),
                found.missing(),
                daysLeft(found, of));
    }

    private @Nullable Double daysLeft(Findings found, Experiments.Shown of) {
        double days = (clock.millis() - of.startedAt()) / DAY_MILLIS;
        long visitors = found.arms().stream().mapToLong(Findings.Count::visitors).sum();
        boolean known =
                of.stoppedAt() == 0 && found.needed() > 0 && days >= LEAST_DAYS && visitors > 0;
        return known ? number(found.missing() / (visitors / days)) : null;
    }

    private static RatioView view(SampleRatio ratio) {
        return new RatioView(ratio.visitors(), ratio.validP(), ratio.mismatch());
    }

    private static MetricView view(Findings.Measured measured) {
        return new MetricView(
                measured.metric().wire(),
                measured.analysis().arms().stream().map(ExperimentViews::view).toList(),
                measured.analysis().comparisons().stream()
                        .map(comparison -> view(measured, comparison))
                        .toList(),
                measured.analysis().explained());
    }

    private static ValueView view(ArmValue value) {
        return new ValueView(
                value.arm().name(),
                value.visitors(),
                number(value.value()),
                number(value.interval().low()),
                number(value.interval().high()));
    }

    private static ComparisonView view(Findings.Measured measured, Comparison comparison) {
        Interval difference = comparison.difference().valid();
        Interval lift = comparison.lift().valid();
        return new ComparisonView(
                comparison.arm().name(),
                name(comparison.verdict()),
                measured.words(comparison),
                number(comparison.difference().estimate()),
                number(difference.low()),
                number(difference.high()),
                number(comparison.lift().estimate()),
                number(lift.low()),
                number(lift.high()),
                comparison.validP());
    }

    private static PreferenceView view(Preference preference) {
        return new PreferenceView(
                preference.forFirst(),
                preference.forSecond(),
                preference.ties(),
                preference.share(),
                preference.fixed().low(),
                preference.fixed().high(),
                preference.validP());
    }

    /** JSON has no word for what is no number. */
    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
