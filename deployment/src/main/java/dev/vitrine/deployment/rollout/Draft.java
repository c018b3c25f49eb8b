package dev.vitrine.deployment.rollout;

import dev.vitrine.deployment.rollout.Rollout.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/** A row in the making: what one step changes of it. Not thread-safe. */
final class Draft {
    final Slots slots;
    final Instant now;
    final List<RolloutAction> actions = new ArrayList<>();
    Rollout rollout;
    Routing routing;
    boolean changed;
    Optional<Rollout> overtaken = Optional.empty();

    Draft(Slots slots, Rollout rollout, Instant now) {
        this.slots = slots;
        this.rollout = rollout;
        this.routing = slots.routing();
        this.now = now;
        count();
    }

    /** Counts the time since the last step. */
    private void count() {
        Rollout.Times times = rollout.times();
        Duration passed = Duration.between(times.seen(), now);
        if (passed.isNegative()) {
            passed = Duration.ZERO;
        }
        if (passed.compareTo(RolloutMachine.LONGEST_STEP) > 0) {
            passed = RolloutMachine.LONGEST_STEP;
        }
        boolean open = !rollout.state().isStage() || rollout.currentStage().audience().opens(now);
        rollout =
                rollout.with(
                        new Rollout.Times(
                                now,
                                times.inState().plus(passed),
                                open ? times.open().plus(passed) : times.open(),
                                rollout.state() == State.PAUSED
                                        ? times.paused().plus(passed)
                                        : times.paused()));
        changed = passed.compareTo(RolloutMachine.SHORTEST_STEP) >= 0 || now.isBefore(times.seen());
    }

    boolean lasted(Duration time) {
        return rollout.times().inState().compareTo(time) >= 0;
    }

    void enter(State state, int stage, String who, String why) {
        rollout = rollout.enter(state, stage, why);
        audit(who, state.name(), why);
        changed = true;
    }

    void audit(String who, String what, String why) {
        actions.add(new RolloutAction.Audit(now, who, rollout.id() + " " + what, why));
    }

    void route(
            String live,
            Optional<Routing.Staged> staged,
            boolean switching,
            SortedSet<String> hold) {
        Routing before = slots.routing();
        Routing next = before.next(live, staged, switching, hold);
        routing = next.same(before) ? before : next;
        changed |= !next.same(before);
    }

    RolloutStep done() {
        if (!changed) {
            return new RolloutStep(slots, List.of());
        }
        List<RolloutAction> all = new ArrayList<>(RolloutAction.between(slots.routing(), routing));
        all.addAll(actions);
        return new RolloutStep(slots.with(routing, rollout), all, overtaken);
    }
}
