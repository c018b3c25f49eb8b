package dev.vitrine.server.http;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** How new releases come to answer. */
public interface RolloutsPort {
    /** The last ones, newest first. */
    List<RolloutView> list();

    Optional<RolloutView> get(String id);

    /** How its signals have moved; without points for any but the newest. */
    Optional<CourseView> course(String id);

    /**
     * Begins one.
     *
     * @param plan as JSON
     * @throws dev.vitrine.kernel.error.VitrineException INVALID_ARGUMENT, NOT_FOUND or CONFLICT
     */
    RolloutView start(String plan, String who);

    /** Changes the one in motion. */
    RolloutView change(String id, Change change, String who, String why);

    /** What can be done to a rollout in motion. */
    enum Change {
        PAUSE,
        RESUME,
        /** Takes the candidate back. */
        ABORT,
        /** Skips the stages that are left. */
        PROMOTE
    }

    /**
     * A rollout.
     *
     * @param state in lower case with hyphens, such as {@code canary} or {@code rolled-back}
     * @param ended whether nothing comes after it
     * @param stage index of the stage it is in, or was in last
     * @param back whether it goes back to what was live before
     * @param plan all of it, as it can be sent to begin another
     * @param reason of the last change, in words
     * @param beganAt epoch milliseconds
     */
    record RolloutView(
            String id,
            String release,
            String previous,
            String who,
            String state,
            boolean ended,
            int stage,
            boolean back,
            List<StageView> stages,
            JsonNode plan,
            String reason,
            long beganAt,
            VerdictView verdict,
            List<MomentView> history) {}

    /**
     * A step of the plan.
     *
     * @param kind shadow, canary or ramp
     * @param minSeconds it lasts at least
     * @param maxSeconds after which it ends without having passed
     */
    record StageView(
            String kind,
            double percent,
            String segment,
            long minRequests,
            double minSeconds,
            double maxSeconds) {}

    /**
     * What the judge found of the present or last stage.
     *
     * @param decision pass, fail or inconclusive
     * @param requests of the arm that has fewer
     */
    record VerdictView(String decision, String reason, long requests, List<CheckView> checks) {}

    /**
     * What one signal says.
     *
     * @param subject a group of visitors; empty for all
     * @param pWorse small where the candidate is worse by more than is tolerated
     * @param limit at or below which that fails it
     */
    record CheckView(
            String signal,
            String subject,
            String decision,
            @Nullable Double canary,
            @Nullable Double baseline,
            @Nullable Double effect,
            @Nullable Double pWorse,
            double limit,
            boolean required,
            String words) {}

    /**
     * A change of state.
     *
     * @param at epoch milliseconds
     */
    record MomentView(long at, String state, int stage, String reason) {}

    /**
     * How signals moved. Within a stage values are of all its requests so far.
     *
     * @param at epoch milliseconds of each point, rising
     * @param requests of the arm that had fewer, of the stage
     */
    record CourseView(List<Long> at, List<Long> requests, List<LineView> lines) {}

    /**
     * One signal's values, null where there was none.
     *
     * @param subject a group of visitors; empty for all
     */
    record LineView(
            String signal,
            String subject,
            List<@Nullable Double> candidate,
            List<@Nullable Double> baseline) {}
}
