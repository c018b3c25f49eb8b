package dev.vitrine.server.wiring;

import dev.vitrine.registry.release.Judgement;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseManifest;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.http.Page;
import dev.vitrine.server.http.PageRequest;
import dev.vitrine.server.http.WatchPort;
import dev.vitrine.server.pipeline.TrainingRunner;
import dev.vitrine.server.rollout.Rollouts;
import dev.vitrine.server.telemetry.Health;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What is wrong now, and how good each release was found to be. */
public final class WatchViews implements WatchPort {
    private static final String TEST = "test.";
    private static final String CURVE = "curve";
    private static final String BASELINE = "test.popularity.";

    /** What the blend reached by itself, where something else makes the final order. */
    private static final String BLEND = "test.blend.";

    private final Health health;
    private final TrainingRunner training;
    private final Rollouts live;
    private final ReleaseStore releases;
    private final ChainedAudit audit;
    private final QualityViews quality;
    private final List<Supplier<List<AlertView>>> others;

    /**
     * @param others say what is wrong elsewhere, a bounded number each
     */
    public WatchViews(
            Health health,
            TrainingRunner training,
            Rollouts live,
            ReleaseStore releases,
            ChainedAudit audit,
            QualityViews quality,
            List<Supplier<List<AlertView>>> others) {
        this.health = health;
        this.training = training;
        this.live = live;
        this.releases = releases;
        this.audit = audit;
        this.quality = quality;
        this.others = List.copyOf(others);
    }

    @Override
    public List<AlertView> alerts() {
        List<AlertView> alerts = new ArrayList<>();
        for (Health.Reason reason : health.problems()) {
            alerts.add(
                    new AlertView("not-ready-" + reason.check(), "critical", 0, reason.problem()));
        }
        live.refusal()
                .ifPresent(refusal ->
                        alerts.add(
                                new AlertView(
                                        "release-refused",
                                        "critical",
                                        0,
                                        refusal.why()
                                                + live.id()
                                                        .map(id -> "; release " + id + " answers")
                                                        .orElse("; nothing answers"))));
        TrainingRunner.Status status = training.status();
        if (status.state() == TrainingRunner.State.FAILED) {
            alerts.add(
                    new AlertView(
                            "training-failed", "warning", status.finishedAt(), status.message()));
        }
        live.lostSince()
                .ifPresent(since ->
                        alerts.add(
                                new AlertView(
                                        "registry-lost",
                                        "warning",
                                        since.toEpochMilli(),
                                        "the registry is not heard from; what was live then"
                                                + " answers for five minutes")));
        audit.problem()
                .ifPresent(problem ->
                        alerts.add(
                                new AlertView(
                                        "audit-broken",
                                        "critical",
                                        0,
                                        "the audit log does not hold: " + problem)));
        live.id().ifPresent(id -> alerts.addAll(quality.alerts(id)));
        others.forEach(each -> alerts.addAll(each.get()));
        alerts.sort(Comparator.comparing(alert -> !alert.severity().equals("critical")));
        return alerts;
    }

    @Override
    public Page<EvaluationView> evaluations(PageRequest page) {
        List<Release> all = new ArrayList<>(releases.list());
        Collections.reverse(all);
        Page<Release> part = page.of(all);
        return new Page<>(
                part.items().stream().map(WatchViews::evaluation).toList(), part.nextPageToken());
    }

    static EvaluationView evaluation(Release release) {
        Map<String, Map<String, Double>> results = new TreeMap<>();
        release.manifest()
                .models()
                .forEach((role, model) -> {
                    if (!model.manifest().metrics().isEmpty()) {
                        results.put(role, model.manifest().metrics());
                    }
                });
        Map<String, Double> thresholds = release.manifest().thresholds();
        Map<String, Double> blend = under(BLEND, thresholds);
        Map<String, Double> popularity = under(BASELINE, thresholds);
        Map<String, Double> whole = under(TEST, thresholds);
        whole.keySet().removeIf(name -> name.indexOf('.') >= 0);
        if (!whole.isEmpty()) {
            results.put("popularity", popularity);
            if (!blend.isEmpty()) {
                results.put("blend", blend);
            }
            results.put(whole(release.manifest(), !blend.isEmpty()), whole);
        }
        return new EvaluationView(
                release.id(),
                release.manifest().createdAt().toEpochMilli(),
                release.manifest().dataset(),
                "full ranking of the new items of the last tenth of the events",
                results,
                release.manifest().judged().filter(j -> j.questions() > 0).map(WatchViews::view),
                release.manifest().leftOut(),
                curves(release.manifest()));
    }

    /** Figures by name, those of which the full name begins so. */
    private static Map<String, Double> under(String prefix, Map<String, Double> thresholds) {
        Map<String, Double> figures = new TreeMap<>();
        thresholds.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                figures.put(name.substring(prefix.length()), value);
            }
        });
        return figures;
    }

    /**
     * The name of what makes the final order, for releases of before it was kept, too.
     *
     * @param ordered whether that is something else than the blend
     */
    private static String whole(ReleaseManifest manifest, boolean ordered) {
        return manifest.judged()
                .map(Judgement::whole)
                .filter(name -> !name.isEmpty())
                .orElse(ordered ? "ranker" : "blend");
    }

    /** Of released networks, as their models have it, and of those that were left out. */
    private static Map<String, String> curves(ReleaseManifest manifest) {
        Map<String, String> curves = new TreeMap<>();
        manifest.models()
                .forEach((role, model) -> {
                    String curve = model.manifest().parameters().get(CURVE);
                    if (curve != null) {
                        curves.put(role, curve);
                    }
                });
        manifest.judged().ifPresent(judgement -> curves.putAll(judgement.curves()));
        return curves;
    }

    private static JudgementView view(Judgement judgement) {
        Judgement.Comparison live = judgement.live();
        return new JudgementView(
                judgement.whole(),
                judgement.questions(),
                intervals(judgement.models()),
                judgement.slices().stream()
                        .map(slice ->
                                new SliceView(
                                        slice.name(),
                                        slice.what(),
                                        slice.questions(),
                                        figures(slice.models()),
                                        intervals(slice.models())))
                        .toList(),
                new ComparisonView(
                        live.release(), live.reason(), live.found().map(WatchViews::view)));
    }

    private static PairedView view(Judgement.Paired paired) {
        return new PairedView(
                paired.figure(),
                paired.questions(),
                paired.ours(),
                paired.theirs(),
                paired.difference(),
                view(paired.interval()),
                paired.after(),
                paired.fitted());
    }

    private static IntervalView view(Judgement.Interval interval) {
        return new IntervalView(interval.low(), interval.high());
    }

    private static Map<String, Map<String, Double>> figures(
            Map<String, Judgement.Measured> models) {
        Map<String, Map<String, Double>> figures = new TreeMap<>();
        models.forEach((name, measured) -> figures.put(name, measured.figures()));
        return figures;
    }

    private static Map<String, Map<String, IntervalView>> intervals(
            Map<String, Judgement.Measured> models) {
        Map<String, Map<String, IntervalView>> intervals = new TreeMap<>();
        models.forEach((name, measured) -> {
            Map<String, IntervalView> own = new TreeMap<>();
            measured.intervals().forEach((figure, interval) -> own.put(figure, view(interval)));
            intervals.put(name, own);
        });
        return intervals;
    }
}
