package dev.vitrine.deployment.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a step does beside storing its row. Nodes act by the table alone: they load and warm what it
 * holds, unload what it no longer does, and route by it; a message that is lost, doubled or late
 * changes nothing. So what a step asks of them is read off the change of the table, for whoever
 * shows it, counts it or writes it down.
 */
public sealed interface RolloutAction {
    /** Every node loads, verifies and warms a release. */
    record Load(String release) implements RolloutAction {}

    /** Every node lets go of a release, once no request holds it. */
    record Unload(String release) implements RolloutAction {}

    /** Copies of requests go to a release. */
    record Mirror(String release, double share) implements RolloutAction {}

    /** A release answers a share of the audience. */
    record Route(String release, double share) implements RolloutAction {}

    /** A release gets no more requests of a rollout. */
    record Withdraw(String release) implements RolloutAction {}

    /** The decision: what is live changes, from one epoch to the next. */
    record SetLive(String expected, String next, long epoch) implements RolloutAction {}

    /** What was live stays loaded for a while. */
    record KeepWarm(String release, Duration time) implements RolloutAction {}

    /** To be written down: who or what changed what, and why. */
    record Audit(Instant at, String who, String what, String why) implements RolloutAction {}

    /** What one table asks that another did not. */
    static List<RolloutAction> between(Routing before, Routing after) {
        List<RolloutAction> actions = new ArrayList<>();
        after.hold().stream()
                .filter(release -> !before.hold().contains(release))
                .forEach(release -> actions.add(new Load(release)));
        if (!before.live().equals(after.live())) {
            actions.add(new SetLive(before.live(), after.live(), after.epoch()));
        }
        if (!before.staged().equals(after.staged())) {
            actions.add(staged(before.staged(), after.staged()));
        }
        before.hold().stream()
                .filter(release -> !after.hold().contains(release))
                .forEach(release -> actions.add(new Unload(release)));
        return actions;
    }

    private static RolloutAction staged(
            Optional<Routing.Staged> before, Optional<Routing.Staged> after) {
        if (after.isEmpty()) {
            return new Withdraw(before.map(Routing.Staged::release).orElse(""));
        }
        Routing.Staged now = after.get();
        return now.kind() == Stage.Kind.SHADOW
                ? new Mirror(now.release(), now.share())
                : new Route(now.release(), now.share());
    }
}
