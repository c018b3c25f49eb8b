package dev.vitrine.deployment.rollout;

import java.util.List;

/**
 * What an event makes of a row.
 *
 * @param next to be written by compare-and-set over the row that the step began with; the same row
 *     where nothing changed
 * @param actions that hold once it is written, and not before
 */
public record RolloutStep(Slots next, List<RolloutAction> actions) {
    public RolloutStep {
        actions = List.copyOf(actions);
    }
}
