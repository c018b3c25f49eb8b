package dev.vitrine.deployment.rollout;

import dev.vitrine.deployment.rollout.judge.Evidence;
import dev.vitrine.deployment.rollout.judge.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What happens to a rollout. A compare-and-set that was lost is no event: whoever lost reads the
 * row anew and brings the same event to what is there now.
 */
public sealed interface RolloutEvent {
    /**
     * Time passes, and this is what nodes say. What they reported and the row are read in one
     * transaction.
     *
     * @param nodes every node that the registry knows
     */
    record Tick(List<Sighting> nodes) implements RolloutEvent {}

    /**
     * A node's last report.
     *
     * @param silent for how long the observer has seen that same report, by a clock of its own that
     *     never jumps
     */
    record Sighting(NodeReport report, Duration silent) {}

    /**
     * Windows of measurements were judged.
     *
     * @param stage they belong to; of another, they say nothing
     * @param planned whether this was the stage's planned look
     */
    record Judged(int stage, Evidence evidence, Verdict verdict, boolean planned)
            implements RolloutEvent {}

    /** Somebody wants something; refused where the state does not allow it. */
    sealed interface Command extends RolloutEvent {
        String who();
    }

    /** Begins a rollout. */
    record Start(String id, RolloutPlan plan, String who, Optional<Rollout.Aim> aim)
            implements Command {
        public Start(String id, RolloutPlan plan, String who) {
            this(id, plan, who, Optional.empty());
        }
    }

    /** Stays where it is until it is resumed. */
    record Pause(String who, String why) implements Command {}

    record Resume(String who) implements Command {}

    /** Skips the stages that are left. */
    record Promote(String who, String why) implements Command {}

    /** Takes the candidate back before it is live. */
    record Abort(String who, String why) implements Command {}

    /**
     * Takes the candidate back, live or not. Where what was live before is no longer warm, a
     * rollout back to it begins, without stages.
     *
     * @param id of that rollout
     */
    record Rollback(String id, String who, String why) implements Command {}
}
