package dev.vitrine.deployment.rollout;

import java.util.List;
import java.util.Optional;

/**
 * What an event makes of a row.
 *
 * @param next to be written by compare-and-set over the row that the step began with; the same row
 *     where nothing changed
 * @param actions that hold once it is written, and not before
 * @param overtaken a rollout that ends since another takes its place in the row; to be written as
 *     it is here, together with the row
 */
public record RolloutStep(Slots next, List<RolloutAction> actions, Optional<Rollout> overtaken) {
    public RolloutStep {
        actions = List.copyOf(actions);
    }

    public RolloutStep(Slots next, List<RolloutAction> actions) {
        this(next, actions, Optional.empty());
    }
}
