package dev.vitrine.deployment.rollout;

import dev.vitrine.deployment.rollout.RolloutEvent.Sighting;
import dev.vitrine.deployment.rollout.judge.Evidence;
import dev.vitrine.deployment.rollout.judge.Judge;
import dev.vitrine.deployment.rollout.judge.JudgeSettings;
import dev.vitrine.deployment.rollout.judge.Look;
import dev.vitrine.deployment.rollout.judge.Verdict;
import dev.vitrine.deployment.rollout.judge.Window;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings to the machine what has happened. Any number of controllers may run, on any node: each
 * reads the row, makes a step, and writes it by compare-and-set; who loses reads anew. There is no
 * leader, and a controller that starts anew has nothing to recover: all it keeps of its own is for
 * how long it has seen the same report of a node, and knowing less of that only makes it wait.
 */
public final class RolloutController {
    private final RolloutMachine machine;
    private final Map<String, Seen> seen = new HashMap<>();

    private record Seen(long sequence, long since) {}

    /**
     * What a controller reads of one serving config, in one transaction.
     *
     * @param now the registry's clock
     */
    public record Snapshot(Slots slots, List<NodeReport> nodes, Instant now) {
        public Snapshot {
            nodes = List.copyOf(nodes);
        }
    }

    /**
     * What a node has counted of a stage.
     *
     * @param rollout its id
     * @param stage its index
     */
    public record Measured(String rollout, int stage, Window window) {}

    public RolloutController(RolloutMachine machine) {
        this.machine = machine;
    }

    /**
     * Looks at the nodes.
     *
     * @param nanos of a clock of this process that never jumps
     */
    public RolloutStep tick(Snapshot snapshot, long nanos) {
        Map<String, Seen> still = new HashMap<>();
        List<Sighting> nodes = new ArrayList<>();
        for (NodeReport report : snapshot.nodes()) {
            Seen before = seen.get(report.node());
            Seen now =
                    before != null && before.sequence() == report.sequence()
                            ? before
                            : new Seen(report.sequence(), nanos);
            still.put(report.node(), now);
            nodes.add(new Sighting(report, Duration.ofNanos(nanos - now.since())));
        }
        seen.clear();
        seen.putAll(still);
        return machine.step(snapshot.slots(), new RolloutEvent.Tick(nodes), snapshot.now());
    }

    /** Adds what nodes have counted, and judges; what belongs to another stage is left out. */
    public RolloutStep measure(Snapshot snapshot, List<Measured> windows) {
        Optional<Rollout> found = snapshot.slots().rollout();
        if (found.isEmpty() || found.get().state().isEnd()) {
            return new RolloutStep(snapshot.slots(), List.of());
        }
        Rollout rollout = found.get();
        JudgeSettings settings = rollout.plan().judge();
        Evidence evidence = rollout.evidence();
        for (Measured measured : windows) {
            if (measured.rollout().equals(rollout.id()) && measured.stage() == rollout.stage()) {
                evidence = evidence.plus(measured.window(), settings);
            }
        }
        if (evidence.seen().equals(rollout.evidence().seen())) {
            return new RolloutStep(snapshot.slots(), List.of());
        }
        Stage stage = rollout.currentStage();
        boolean planned =
                rollout.state().isStage()
                        && !rollout.looked()
                        && evidence.requests() >= stage.minRequests()
                        && rollout.times().open().compareTo(stage.minTime()) >= 0;
        Verdict verdict =
                Judge.judge(
                        evidence,
                        settings,
                        new Look(
                                rollout.plan().falseAlarms(rollout.stage()),
                                planned,
                                stage.minRequests()));
        return machine.step(
                snapshot.slots(),
                new RolloutEvent.Judged(rollout.stage(), evidence, verdict, planned),
                snapshot.now());
    }
}
