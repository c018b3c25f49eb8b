package dev.vitrine.server.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.deployment.rollout.Stage;
import dev.vitrine.deployment.rollout.judge.JudgeSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a release that training made, from {@code rollout} of server.yaml.
 *
 * @param afterTraining default straight
 * @param stages as of a plan; default those of a plan that names none
 * @param judge as of a plan
 * @param limits as of a plan; of the switch of a straight one, too
 */
public record RolloutSettings(
        AfterTraining afterTraining,
        List<Stage> stages,
        JudgeSettings judge,
        RolloutPlan.Limits limits) {
    /** How what training made comes to answer. */
    public enum AfterTraining {
        /** Live as soon as it is loaded and warm. */
        STRAIGHT,
        /** By the stages; the first release of all, beside which there is nothing, straight. */
        STAGED
    }

    public RolloutSettings {
        stages = List.copyOf(stages);
        Segments.check(new RolloutPlan("release", stages, judge, limits));
    }

    @JsonCreator
    static RolloutSettings of(
            @JsonProperty("afterTraining") @Nullable AfterTraining afterTraining,
            @JsonProperty("stages") @Nullable List<Stage> stages,
            @JsonProperty("judge") @Nullable JudgeSettings judge,
            @JsonProperty("limits") RolloutPlan.@Nullable Limits limits) {
        return new RolloutSettings(
                afterTraining == null ? AfterTraining.STRAIGHT : afterTraining,
                stages == null ? RolloutPlan.usual() : stages,
                judge == null ? JudgeSettings.defaults() : judge,
                limits == null ? RolloutPlan.Limits.defaults() : limits);
    }

    /** Straight to live, as a laptop's demonstration shop is best off. */
    public static RolloutSettings defaults() {
        return of(null, null, null, null);
    }

    public boolean isStaged() {
        return afterTraining == AfterTraining.STAGED;
    }

    /** The plan for a release. */
    public RolloutPlan plan(String release) {
        return new RolloutPlan(release, stages, judge, limits);
    }
}
