package dev.vitrine.server.wiring;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.deployment.rollout.judge.Check;
import dev.vitrine.deployment.rollout.judge.Verdict;
import dev.vitrine.server.http.RolloutsPort;
import dev.vitrine.server.rollout.Course;
import dev.vitrine.server.rollout.Rollouts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** Shows rollouts, and brings to them what operators want. */
public final class RolloutViews implements RolloutsPort {
    private static final int SHOWN = 200;
    private static final JsonMapper JSON = new JsonMapper();

    private final Rollouts rollouts;

    public RolloutViews(Rollouts rollouts) {
        this.rollouts = rollouts;
    }

    @Override
    public List<RolloutView> list() {
        return rollouts.list(SHOWN).stream().map(RolloutViews::view).toList();
    }

    @Override
    public Optional<RolloutView> get(String id) {
        return rollouts.list(SHOWN).stream()
                .filter(rollout -> rollout.id().equals(id))
                .findFirst()
                .map(RolloutViews::view);
    }

    @Override
    public Optional<CourseView> course(String id) {
        return get(id).map(known -> view(rollouts.course(id)));
    }

    private static CourseView view(Course course) {
        return new CourseView(
                Arrays.stream(course.at()).boxed().toList(),
                Arrays.stream(course.requests()).boxed().toList(),
                course.lines().stream()
                        .map(line ->
                                new LineView(
                                        line.signal().words(),
                                        line.subject(),
                                        numbers(line.candidate()),
                                        numbers(line.baseline())))
                        .toList());
    }

    private static List<@Nullable Double> numbers(double[] values) {
        List<@Nullable Double> numbers = new ArrayList<>(values.length);
        for (double value : values) {
            numbers.add(number(value));
        }
        return numbers;
    }

    @Override
    public RolloutView start(String plan, String who) {
        return view(rollouts.start(RolloutPlan.parse(plan, "plan"), who, "begun by " + who));
    }

    @Override
    public RolloutView change(String id, Change change, String who, String why) {
        String reason = why.isBlank() ? change.name().toLowerCase(Locale.ROOT) + " by hand" : why;
        return view(
                switch (change) {
                    case PAUSE -> rollouts.pause(id, who, reason);
                    case RESUME -> rollouts.resume(id, who);
                    case ABORT -> rollouts.abort(id, who, reason);
                    case PROMOTE -> rollouts.finish(id, who, reason);
                });
    }

    private static RolloutView view(Rollout rollout) {
        return new RolloutView(
                rollout.id(),
                rollout.candidate(),
                rollout.previous(),
                rollout.who(),
                name(rollout.state()),
                rollout.state().isEnd(),
                rollout.stage(),
                rollout.isBack(),
                rollout.plan().stages().stream()
                        .map(stage ->
                                new StageView(
                                        name(stage.kind()),
                                        stage.percent(),
                                        stage.audience().segment(),
                                        stage.minRequests(),
                                        stage.minTime().toMillis() / 1e3,
                                        stage.maxTime().toMillis() / 1e3))
                        .toList(),
                JSON.readTree(rollout.plan().text()),
                rollout.reason(),
                rollout.history().isEmpty() ? 0 : rollout.history().getFirst().at().toEpochMilli(),
                view(rollout.verdict()),
                rollout.history().stream()
                        .map(moment ->
                                new MomentView(
                                        moment.at().toEpochMilli(),
                                        name(moment.state()),
                                        moment.stage(),
                                        moment.reason()))
                        .toList());
    }

    private static VerdictView view(Verdict verdict) {
        return new VerdictView(
                name(verdict.decision()),
                verdict.reason(),
                verdict.requests(),
                verdict.checks().stream().map(RolloutViews::view).toList());
    }

    private static CheckView view(Check check) {
        return new CheckView(
                check.signal().words(),
                check.subject(),
                name(check.decision()),
                number(check.canary()),
                number(check.baseline()),
                number(check.effect()),
                number(check.pWorse()),
                check.limit(),
                check.required(),
                check.words());
    }

    /** JSON has no word for what is no number. */
    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? value : null;
    }

    /** As JSON and metrics have it. */
    static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
