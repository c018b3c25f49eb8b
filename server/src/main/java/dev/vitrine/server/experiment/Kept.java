package dev.vitrine.server.experiment;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An experiment as it is kept.
 *
 * @param salt by which its visitors are drawn; made when it starts, and a secret of this home
 * @param from first of the buckets of visitors that it has, of {@link
 *     dev.vitrine.deployment.experiment.Experiment#BUCKETS}
 * @param to first bucket behind those
 * @param who made it
 * @param createdAt epoch milliseconds
 * @param startedAt epoch milliseconds; 0 before
 * @param stoppedAt epoch milliseconds; 0 before
 * @param reason for which it was stopped
 * @param counted of each arm, once it has stopped; empty before, and where it could not be read
 * @param notes what results have to say of how they came about, once it has stopped
 */
record Kept(
        ExperimentPlan plan,
        State state,
        String salt,
        int from,
        int to,
        String who,
        long createdAt,
        long startedAt,
        long stoppedAt,
        String reason,
        List<Tally> counted,
        List<String> notes) {
    /** Where an experiment stands. */
    enum State {
        DRAFT,
        RUNNING,
        STOPPED;

        /** The name in JSON. */
        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Kept {
        counted = List.copyOf(counted);
        notes = List.copyOf(notes);
    }

    @JsonCreator
    static Kept of(
            @JsonProperty("plan") ExperimentPlan plan,
            @JsonProperty("state") State state,
            @JsonProperty("salt") String salt,
            @JsonProperty("from") int from,
            @JsonProperty("to") int to,
            @JsonProperty("who") String who,
            @JsonProperty("createdAt") long createdAt,
            @JsonProperty("startedAt") long startedAt,
            @JsonProperty("stoppedAt") long stoppedAt,
            @JsonProperty("reason") String reason,
            @JsonProperty("counted") @Nullable List<Tally> counted,
            @JsonProperty("notes") @Nullable List<String> notes) {
        return new Kept(
                plan,
                state,
                salt,
                from,
                to,
                who,
                createdAt,
                startedAt,
                stoppedAt,
                reason,
                counted == null ? List.of() : counted,
                notes == null ? List.of() : notes);
    }

    static Kept draft(ExperimentPlan plan, String who, long now) {
        return new Kept(plan, State.DRAFT, "", 0, 0, who, now, 0, 0, "", List.of(), List.of());
    }

    Kept started(String salt, int from, int to, long now) {
        return new Kept(
                plan,
                State.RUNNING,
                salt,
                from,
                to,
                who,
                createdAt,
                now,
                0,
                "",
                List.of(),
                List.of());
    }

    Kept stopped(long now, String why, List<Tally> counts, List<String> notes) {
        return new Kept(
                plan,
                State.STOPPED,
                salt,
                from,
                to,
                who,
                createdAt,
                startedAt,
                now,
                why,
                counts,
                notes);
    }

    String id() {
        return plan.id();
    }

    /** Whether what was counted is in it. */
    boolean isCounted() {
        return !counted.isEmpty();
    }
}
