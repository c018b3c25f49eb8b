package dev.vitrine.deployment.rollout;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.vitrine.deployment.rollout.judge.Evidence;
import dev.vitrine.deployment.rollout.judge.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a rollout stands; all of it is stored, so that any controller goes on with it.
 *
 * @param id its name, the salt by which visitors are placed
 * @param previous release that was live when it began
 * @param who began it
 * @param aim what for; empty where that was not said
 * @param stage index of the stage it is in, or was in last
 * @param resume state to come back to after a pause; empty in any other
 * @param ending state in which it ends once nodes have followed; empty before
 * @param reason of the last change, in words
 * @param times how long it has been where
 * @param evidence of the stage
 * @param verdict on that evidence
 * @param looked whether the stage's planned look was taken
 * @param history of its states, oldest first
 */
public record Rollout(
        String id,
        RolloutPlan plan,
        String previous,
        String who,
        Optional<Aim> aim,
        State state,
        int stage,
        Optional<State> resume,
        Optional<State> ending,
        String reason,
        Times times,
        Evidence evidence,
        Verdict verdict,
        boolean looked,
        List<Moment> history) {
    private static final int MOST_MOMENTS = 64;

    /** States; the last four are ends. */
    public enum State {
        /** Nodes load, verify and warm the candidate. */
        LOADING,
        SHADOW,
        CANARY,
        RAMP,
        /** All stages have passed; nodes are looked at once more. */
        PROMOTING,
        /** Nodes promise to follow the switch, or to stop answering. */
        SWITCHING,
        /** The candidate is live; what was live before is still warm. */
        SETTLING,
        /** Nothing changes until it is resumed. */
        PAUSED,
        /** Nodes follow the table without the candidate. */
        ROLLING_BACK,
        PROMOTED,
        ROLLED_BACK,
        ABORTED,
        FAILED;

        /** Whether nothing comes after it. */
        public boolean isEnd() {
            return compareTo(PROMOTED) >= 0;
        }

        /** Whether the candidate gets requests by the plan's stages. */
        public boolean isStage() {
            return this == SHADOW || this == CANARY || this == RAMP;
        }
    }

    /**
     * How long a rollout has been where. Only time that the registry's clock passed while somebody
     * looked counts, at most {@link RolloutMachine#LONGEST_STEP} at once; so neither a clock that
     * jumps nor a night without controllers passes for time in which something was observed.
     *
     * @param seen the registry's clock when it was counted last
     * @param inState time in the present state
     * @param open time of it in which the stage took place; while nodes are gathered for the
     *     switch, the time of all attempts
     * @param paused time of all pauses
     */
    public record Times(Instant seen, Duration inState, Duration open, Duration paused) {}

    /**
     * What a rollout is for.
     *
     * @param why in words
     * @param back whether it goes back to what was live before: then what was live when it began is
     *     taken back
     */
    public record Aim(String why, boolean back) {}

    /** A change of state. */
    public record Moment(Instant at, State state, int stage, String reason) {}

    public Rollout {
        history = List.copyOf(history);
    }

    /** The release that is to become live. */
    @JsonIgnore
    public String candidate() {
        return plan.release();
    }

    /** The stage it is in; only where the state is one. */
    @JsonIgnore
    public Stage currentStage() {
        return plan.stages().get(stage);
    }

    /** Whether it keeps others from beginning. */
    @JsonIgnore
    public boolean isInMotion() {
        return !state.isEnd() && state != State.SETTLING;
    }

    /** Whether the judge looks at it: in a stage, and in a pause that came in one. */
    @JsonIgnore
    public boolean isJudged() {
        return state.isStage()
                || state == State.PAUSED && resume.filter(State::isStage).isPresent();
    }

    /** Whether its candidate is live by it, or was. */
    @JsonIgnore
    public boolean wentLive() {
        return state == State.SETTLING || state == State.PROMOTED;
    }

    /** Whether it goes back to what was live before. */
    @JsonIgnore
    public boolean isBack() {
        return aim.filter(Aim::back).isPresent();
    }

    Rollout enter(State next, int stage, String reason) {
        List<Moment> longer = new ArrayList<>(history);
        if (longer.size() == MOST_MOMENTS) {
            longer.remove(1);
        }
        longer.add(new Moment(times.seen(), next, stage, reason));
        boolean trying = state == State.SWITCHING && next == State.PROMOTING;
        boolean tries = state == State.PROMOTING && next == State.SWITCHING;
        boolean fresh = next.isStage() && (stage != this.stage || state == State.LOADING);
        return new Rollout(
                id,
                plan,
                previous,
                who,
                aim,
                next,
                stage,
                Optional.empty(),
                ending,
                reason,
                new Times(
                        times.seen(),
                        Duration.ZERO,
                        trying || tries ? times.open() : Duration.ZERO,
                        times.paused()),
                fresh ? Evidence.none(plan.judge()) : evidence,
                fresh ? Verdict.nothing() : verdict,
                !fresh && looked,
                longer);
    }

    Rollout with(Times now) {
        return new Rollout(
                id, plan, previous, who, aim, state, stage, resume, ending, reason, now, evidence,
                verdict, looked, history);
    }

    Rollout with(Evidence seen, Verdict found, boolean look) {
        return new Rollout(
                id,
                plan,
                previous,
                who,
                aim,
                state,
                stage,
                resume,
                ending,
                reason,
                times,
                seen,
                found,
                looked || look,
                history);
    }

    Rollout endingWith(State end) {
        return new Rollout(
                id,
                plan,
                previous,
                who,
                aim,
                state,
                stage,
                resume,
                Optional.of(end),
                reason,
                times,
                evidence,
                verdict,
                looked,
                history);
    }

    Rollout pausedFrom(State from) {
        return new Rollout(
                id,
                plan,
                previous,
                who,
                aim,
                state,
                stage,
                Optional.of(from),
                ending,
                reason,
                times,
                evidence,
                verdict,
                looked,
                history);
    }
}
