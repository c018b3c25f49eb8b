package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.Group;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutController.Measured;
import dev.vitrine.deployment.rollout.judge.ArmSketch;
import dev.vitrine.deployment.rollout.judge.JudgeSettings;
import dev.vitrine.deployment.rollout.judge.Window;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Counts what the canary and its baseline answer on this node, of fixed size, until it is drained.
 * Thread-safe.
 */
final class ArmMeters {
    private final String node;
    private final InstantSource clock;
    private @Nullable Counting counting;
    private long sequence;

    private static final class Counting {
        final String rollout;
        final int stage;
        final JudgeSettings settings;
        final ArmSketch canary;
        final ArmSketch baseline;

        Counting(Rollout rollout, long seed) {
            this.rollout = rollout.id();
            this.stage = rollout.stage();
            this.settings = rollout.plan().judge();
            this.canary = new ArmSketch(settings, new SplittableRandom(seed));
            this.baseline = new ArmSketch(settings, new SplittableRandom(seed + 1));
        }
    }

    /** An answer as it is counted. */
    record Answered(long visitor, double millis, boolean empty, double topScore, List<Long> items) {
        Answered {
            items = List.copyOf(items);
        }
    }

    ArmMeters(String node, InstantSource clock) {
        this.node = node;
        this.clock = clock;
    }

    /**
     * What was counted of another rollout or stage is let go. A pause does not end the counting:
     * the candidate goes on answering, so it is judged on.
     */
    synchronized void follow(Optional<Rollout> rollout) {
        if (rollout.isEmpty() || !rollout.get().isJudged()) {
            counting = null;
            return;
        }
        Rollout now = rollout.get();
        Counting last = counting;
        if (last == null || !last.rollout.equals(now.id()) || last.stage != now.stage()) {
            counting = new Counting(now, clock.millis());
        }
    }

    synchronized void answered(
            String rollout, boolean canary, Answered answer, List<String> groups) {
        Counting now = counting;
        if (now == null || !now.rollout.equals(rollout)) {
            return;
        }
        ArmSketch arm = canary ? now.canary : now.baseline;
        arm.answered(
                answer.visitor(),
                answer.millis(),
                answer.empty(),
                answer.topScore(),
                group(now.settings, groups));
        answer.items().forEach(arm::shown);
    }

    private static int group(JudgeSettings settings, List<String> groups) {
        for (int i = 0; i < settings.groups().size(); i++) {
            if (groups.contains(settings.groups().get(i))) {
                return i;
            }
        }
        return -1;
    }

    synchronized void failed(String rollout, boolean canary, long visitor) {
        Counting now = counting;
        if (now != null && now.rollout.equals(rollout)) {
            (canary ? now.canary : now.baseline).failed(visitor);
        }
    }

    /** How much of what is live's answer was in the candidate's, from 0 to 1. */
    synchronized void compared(String rollout, double overlap) {
        Counting now = counting;
        if (now != null && now.rollout.equals(rollout)) {
            now.canary.compared(overlap);
        }
    }

    /** A click, or a purchase, of what an arm answered. */
    synchronized void turnedTo(ArmMark mark, boolean purchase) {
        Counting now = counting;
        if (now == null || !now.rollout.equals(mark.rollout())) {
            return;
        }
        ArmSketch arm = mark.group() == Group.CANARY ? now.canary : now.baseline;
        if (purchase) {
            arm.purchased(mark.visitor());
        } else {
            arm.clicked(mark.visitor());
        }
    }

    /** What was counted since the last time; empty where nothing is being counted. */
    synchronized List<Measured> drain() {
        Counting now = counting;
        if (now == null) {
            return List.of();
        }
        sequence = Math.max(sequence + 1, clock.millis());
        return List.of(
                new Measured(
                        now.rollout,
                        now.stage,
                        new Window(node, sequence, now.canary.drain(), now.baseline.drain())));
    }
}
