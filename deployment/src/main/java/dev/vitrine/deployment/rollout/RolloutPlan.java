package dev.vitrine.deployment.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.deployment.rollout.judge.JudgeSettings;
import dev.vitrine.kernel.config.ConfigReader;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * How a release is to become live: its stages in order, how it is judged, and how long everything
 * may take. A plan without stages switches as soon as every node is ready.
 *
 * @param release id of the candidate
 * @param stages shadows, then a canary, then ramps; each takes in all whom the one before took in,
 *     so that nobody is moved back. A ramp of 100 percent at the end is the switch, which follows
 *     the other stages anyway: nothing is judged in it
 * @param judge what is tolerated
 * @param limits how long the parts take at most
 */
public record RolloutPlan(String release, List<Stage> stages, JudgeSettings judge, Limits limits) {
    private static final int MOST_STAGES = 20;
    private static final int LONGEST_TEXT = 100_000;
    private static final double CANARY_PART = .8;
    private static final JsonMapper JSON = new JsonMapper();

    /**
     * How long the parts of a rollout take at most; every one of them ends.
     *
     * @param load until every node has the candidate loaded, verified and warm; default 10 minutes
     * @param promote until every node has promised to follow the switch; default 15 minutes, longer
     *     than a node may answer without the registry, so that one that is gone does not stop it
     * @param pause of all pauses together; default one day
     * @param keepWarm how long the release that was live stays loaded after the switch; default 30
     *     minutes
     */
    public record Limits(Duration load, Duration promote, Duration pause, Duration keepWarm) {
        private static final Duration LONGEST = Duration.ofDays(30);

        public Limits {
            Refusal.between("load", load, Duration.ofSeconds(1), LONGEST);
            Refusal.between("promote", promote, Duration.ofSeconds(1), LONGEST);
            Refusal.between("pause", pause, Duration.ZERO, LONGEST);
            Refusal.between("keepWarm", keepWarm, Duration.ZERO, LONGEST);
        }

        @JsonCreator
        static Limits of(
                @JsonProperty("load") @Nullable Duration load,
                @JsonProperty("promote") @Nullable Duration promote,
                @JsonProperty("pause") @Nullable Duration pause,
                @JsonProperty("keepWarm") @Nullable Duration keepWarm) {
            return new Limits(
                    load == null ? Duration.ofMinutes(10) : load,
                    promote == null ? Duration.ofMinutes(15) : promote,
                    pause == null ? Duration.ofDays(1) : pause,
                    keepWarm == null ? Duration.ofMinutes(30) : keepWarm);
        }

        public static Limits defaults() {
            return of(null, null, null, null);
        }
    }

    public RolloutPlan {
        Refusal.name("release", release);
        stages = List.copyOf(stages);
        Refusal.when(stages.size() > MOST_STAGES, "stages", "at most " + MOST_STAGES + " stages");
        for (int i = 1; i < stages.size(); i++) {
            requireFollows(stages.get(i - 1), stages.get(i));
        }
        long canaries = stages.stream().filter(s -> s.kind() == Stage.Kind.CANARY).count();
        Refusal.when(canaries > 1, "stages", "a plan has one canary, found " + canaries);
    }

    @JsonCreator
    static RolloutPlan of(
            @JsonProperty("release") @Nullable String release,
            @JsonProperty("stages") @Nullable List<Stage> stages,
            @JsonProperty("judge") @Nullable JudgeSettings judge,
            @JsonProperty("limits") @Nullable Limits limits) {
        return new RolloutPlan(
                release == null ? "" : release,
                stages == null ? usual() : stages,
                judge == null ? JudgeSettings.defaults() : judge,
                limits == null ? Limits.defaults() : limits);
    }

    /** What a plan is where it names no stages: a shadow, a canary of 5 %, ramps to all. */
    public static List<Stage> usual() {
        Duration tenMinutes = Duration.ofMinutes(10);
        Duration day = Duration.ofDays(1);
        Audience all = Audience.everybody();
        return List.of(
                new Stage(Stage.Kind.SHADOW, 5, all, 500, Duration.ofMinutes(5), day),
                new Stage(
                        Stage.Kind.CANARY, 5, all, 2_000, Duration.ofHours(1), Duration.ofDays(3)),
                new Stage(Stage.Kind.RAMP, 25, all, 2_000, tenMinutes, day),
                new Stage(Stage.Kind.RAMP, 50, all, 2_000, tenMinutes, day));
    }

    /** The usual plan for a release. */
    public static RolloutPlan of(String release) {
        return of(release, null, null, null);
    }

    /** Load, warm, switch: no stages. */
    public static RolloutPlan immediate(String release) {
        return of(release, List.of(), null, null);
    }

    /**
     * Which part of the rollout's false alarms a stage may cause: eight tenths for the canary,
     * where harm is to be found, the rest evenly; evenly where there is no canary.
     */
    double falseAlarms(int stage) {
        boolean canary = stages.stream().anyMatch(s -> s.kind() == Stage.Kind.CANARY);
        int judged = (int) stages.stream().filter(s -> !s.isSwitch()).count();
        int others = judged - (canary ? 1 : 0);
        double kept = canary && others > 0 ? CANARY_PART : canary ? 1 : 0;
        return judge.falseAlarms()
                * (stages.get(stage).kind() == Stage.Kind.CANARY
                        ? kept
                        : (1 - kept) / Math.max(1, others));
    }

    /**
     * Reads a plan from JSON or YAML.
     *
     * @param origin what errors call the text
     * @throws dev.vitrine.kernel.error.VitrineException naming line and key of what is unknown,
     *     missing or out of bounds
     */
    public static RolloutPlan parse(String text, String origin) {
        Refusal.when(
                text.length() > LONGEST_TEXT,
                "plan",
                "a plan is at most " + LONGEST_TEXT + " characters, found " + text.length());
        RolloutPlan plan = ConfigReader.parse(text, origin, RolloutPlan.class);
        plan.requireWay();
        return plan;
    }

    /** As JSON that {@link #parse} reads. */
    public String text() {
        return JSON.writeValueAsString(this);
    }

    /**
     * Refuses what could be begun and never pass. Not a matter of the record itself: rows that an
     * earlier version kept are still read.
     *
     * @throws dev.vitrine.kernel.error.VitrineException ROLLOUT_INVALID
     */
    public void requireWay() {
        for (int i = 0; i < stages.size(); i++) {
            Stage stage = stages.get(i);
            Refusal.when(
                    stage.isSwitch()
                            && (i + 1 < stages.size()
                                    || !stage.audience().equals(Audience.everybody())),
                    "stages",
                    "a "
                            + stage
                            + " leaves nobody to compare with, so it is the switch itself: write it"
                            + " last and without an audience, or leave it out; of a part of the"
                            + " visitors write at most 99");
        }
    }

    private static void requireFollows(Stage before, Stage after) {
        Refusal.when(
                after.kind().compareTo(before.kind()) < 0,
                "stages",
                "stages come as shadow, canary, ramp; found " + before + " before " + after);
        if (before.kind() == Stage.Kind.SHADOW) {
            return;
        }
        Refusal.when(
                after.percent() < before.percent(),
                "stages",
                "a stage takes in all whom the one before took in; found "
                        + before
                        + " before "
                        + after);
        Refusal.when(
                !after.audience().includes(before.audience()),
                "stages",
                "a stage takes in all whom the one before took in; the segment or the sites of "
                        + after
                        + " leave some of "
                        + before
                        + " out");
    }
}
