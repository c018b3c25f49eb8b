package dev.vitrine.benchmarks.rollout;

import dev.vitrine.deployment.rollout.Audience;
import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.NodeReport;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutController;
import dev.vitrine.deployment.rollout.RolloutEvent;
import dev.vitrine.deployment.rollout.RolloutMachine;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.deployment.rollout.Stage;
import dev.vitrine.deployment.rollout.judge.JudgeSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One rollout on simulated traffic, from its beginning to its end, by the controller, the state
 * machine and the judge that serve.
 */
final class JudgedRollout {
    /** A canary of what two arms get in about a day and a half, then two ramps. */
    static final long CANARY_REQUESTS = 99_000;

    private static final long RAMP_REQUESTS = 10_000;
    private static final double CANARY_PERCENT = 5;
    private static final double CANARY_REQUESTS_A_WINDOW = 250;
    private static final RolloutMachine MACHINE = new RolloutMachine(Leases.defaults());

    private final RolloutController controller = new RolloutController(MACHINE);
    private final SimulatedTraffic traffic;
    private Slots slots;
    private Instant now = Instant.EPOCH;
    private long nanos;
    private long sequence;

    /**
     * How it ended.
     *
     * @param requests of each arm in the stage that it ended in
     * @param canary whether that stage was the canary
     */
    record Outcome(Rollout.State state, String reason, long requests, boolean canary) {}

    private JudgedRollout(long seed, Harm harm) {
        RolloutPlan plan = plan();
        traffic = new SimulatedTraffic(seed, harm, plan.judge());
        slots = Slots.of("shop", "old");
        slots =
                MACHINE.step(slots, new RolloutEvent.Start("rollout-" + seed, plan, "x"), now)
                        .next();
    }

    static Outcome run(long seed, Harm harm) {
        return new JudgedRollout(seed, harm).toTheEnd();
    }

    private static RolloutPlan plan() {
        RolloutPlan usual = RolloutPlan.of("new");
        Audience all = Audience.everybody();
        Duration hour = Duration.ofHours(1);
        Duration week = Duration.ofDays(7);
        JudgeSettings judge =
                RolloutPlan.parse(
                                "{release: new, judge: {groups: " + SimulatedTraffic.GROUPS + "}}",
                                "plan")
                        .judge();
        return new RolloutPlan(
                "new",
                List.of(
                        new Stage(
                                Stage.Kind.CANARY,
                                CANARY_PERCENT,
                                all,
                                CANARY_REQUESTS,
                                hour,
                                week),
                        new Stage(Stage.Kind.RAMP, 25, all, RAMP_REQUESTS, hour, week),
                        new Stage(Stage.Kind.RAMP, 50, all, RAMP_REQUESTS, hour, week)),
                judge,
                usual.limits());
    }

    private Outcome toTheEnd() {
        while (!rollout().state().isEnd()) {
            for (int minute = 0; minute < SimulatedTraffic.WINDOW.toMinutes(); minute++) {
                now = now.plus(Duration.ofMinutes(1));
                nanos += Duration.ofMinutes(1).toNanos();
                slots = controller.tick(snapshot(), nanos).next();
            }
            if (rollout().state().isStage()) {
                double share = rollout().currentStage().percent() / CANARY_PERCENT;
                RolloutController.Measured measured =
                        new RolloutController.Measured(
                                rollout().id(),
                                rollout().stage(),
                                traffic.next(CANARY_REQUESTS_A_WINDOW * share));
                slots = controller.measure(snapshot(), List.of(measured)).next();
            }
        }
        Rollout ended = rollout();
        return new Outcome(
                ended.state(),
                ended.reason(),
                ended.evidence().requests(),
                ended.plan().stages().get(ended.stage()).kind() == Stage.Kind.CANARY);
    }

    private Rollout rollout() {
        return slots.rollout().orElseThrow();
    }

    /** One node that has all it is asked to and follows at once. */
    private RolloutController.Snapshot snapshot() {
        NodeReport report =
                new NodeReport(
                        "node",
                        1,
                        ++sequence,
                        slots.routing().epoch(),
                        slots.routing().switching(),
                        slots.routing().hold(),
                        new TreeMap<>(),
                        Optional.empty());
        return new RolloutController.Snapshot(slots, List.of(report), now);
    }
}
