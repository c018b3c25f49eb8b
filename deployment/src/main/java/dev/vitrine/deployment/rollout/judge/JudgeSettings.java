package dev.vitrine.deployment.rollout.judge;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.kernel.config.ConfigError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a judge tolerates. What is left out takes its default.
 *
 * @param falseAlarms of how many rollouts of a release no worse than tolerated, at most, one fails,
 *     over all signals, looks and stages together; default .05
 * @param latency by which part answers may be slower without failing; default .05
 * @param latencyExclude by which part slower has to be ruled out before it passes; default .15
 * @param latencyMillis slower by less than this is tolerated whatever its part; default .2
 * @param slow an answer that takes longer is a slow one; default 150 ms
 * @param slowAnswers margin of their rate; default .002 tolerated, .01 excluded
 * @param errors margin of the rate of failed requests; default .001 and .005
 * @param empty margin of the rate of empty answers, overall and by group; default .002 or a tenth
 *     tolerated, .01 or a quarter excluded
 * @param clicks margin of fewer clicks a request; default .002 of them tolerated, a tenth excluded
 * @param purchases margin of fewer purchases a request; default a hundredth and a quarter of them
 * @param overlap least mean overlap of a shadow's answers with what is live, 0 to 1; default .1
 * @param coverage least number of different products as a part of the baseline's; default .5
 * @param scoreDrift largest population stability index of scores; default 0, not judged: the scores
 *     of another model may be of another scale
 * @param required signals that have to pass before a stage does; default latency, errors and empty
 *     answers. The others can only fail
 * @param groups user groups, by name, whose empty answers are counted apart; default none
 */
public record JudgeSettings(
        double falseAlarms,
        double latency,
        double latencyExclude,
        double latencyMillis,
        Duration slow,
        Margin slowAnswers,
        Margin errors,
        Margin empty,
        Margin clicks,
        Margin purchases,
        double overlap,
        double coverage,
        double scoreDrift,
        Set<Signal> required,
        List<String> groups) {
    /** More groups would make the judgement of each too weak to find anything. */
    public static final int MOST_GROUPS = 16;

    private static final int LONGEST_GROUP = 100;

    public JudgeSettings {
        require("falseAlarms", falseAlarms > 0 && falseAlarms <= .5, "above 0, at most .5");
        require("latency", latency >= 0 && latency <= 10, "from 0 to 10");
        require(
                "latencyExclude",
                latencyExclude > latency && latencyExclude <= 100,
                "above latency, at most 100");
        require("latencyMillis", latencyMillis >= 0 && latencyMillis <= 60_000, "0 to 60000");
        require(
                "slow",
                slow.isPositive() && slow.compareTo(Duration.ofMinutes(10)) <= 0,
                "above 0, at most PT10M");
        require("overlap", overlap >= 0 && overlap <= 1, "from 0 to 1");
        require("coverage", coverage >= 0 && coverage <= 1, "from 0 to 1");
        require("scoreDrift", scoreDrift >= 0 && scoreDrift <= 100, "from 0 to 100");
        require("required", !required.isEmpty(), "at least one signal: no data is no pass");
        required = Collections.unmodifiableSet(EnumSet.copyOf(required));
        groups = List.copyOf(groups);
        require(
                "groups",
                groups.size() <= MOST_GROUPS
                        && groups.stream().allMatch(g -> g.length() <= LONGEST_GROUP),
                "at most " + MOST_GROUPS + " names of at most " + LONGEST_GROUP + " characters");
    }

    @JsonCreator
    static JudgeSettings of(
            @JsonProperty("falseAlarms") @Nullable Double falseAlarms,
            @JsonProperty("latency") @Nullable Double latency,
            @JsonProperty("latencyExclude") @Nullable Double latencyExclude,
            @JsonProperty("latencyMillis") @Nullable Double latencyMillis,
            @JsonProperty("slow") @Nullable Duration slow,
            @JsonProperty("slowAnswers") @Nullable Margin slowAnswers,
            @JsonProperty("errors") @Nullable Margin errors,
            @JsonProperty("empty") @Nullable Margin empty,
            @JsonProperty("clicks") @Nullable Margin clicks,
            @JsonProperty("purchases") @Nullable Margin purchases,
            @JsonProperty("overlap") @Nullable Double overlap,
            @JsonProperty("coverage") @Nullable Double coverage,
            @JsonProperty("scoreDrift") @Nullable Double scoreDrift,
            @JsonProperty("required") @Nullable Set<Signal> required,
            @JsonProperty("groups") @Nullable List<String> groups) {
        return new JudgeSettings(
                or(falseAlarms, .05),
                or(latency, .05),
                or(latencyExclude, .15),
                or(latencyMillis, .2),
                slow == null ? Duration.ofMillis(150) : slow,
                Margin.or(slowAnswers, new Margin(.002, 0, .01, 0)),
                Margin.or(errors, new Margin(.001, 0, .005, 0)),
                Margin.or(empty, new Margin(.002, .1, .01, .25)),
                Margin.or(clicks, new Margin(0, .002, 0, .1)),
                Margin.or(purchases, new Margin(0, .01, 0, .25)),
                or(overlap, .1),
                or(coverage, .5),
                or(scoreDrift, 0),
                required == null
                        ? EnumSet.of(Signal.LATENCY, Signal.ERRORS, Signal.EMPTY)
                        : required,
                groups == null ? List.of() : groups);
    }

    public static JudgeSettings defaults() {
        return of(
                null, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null);
    }

    private static double or(@Nullable Double given, double otherwise) {
        return given == null ? otherwise : given.doubleValue();
    }

    private static void require(String field, boolean holds, String expected) {
        if (!holds) {
            throw VitrineException.field(
                    ConfigError.CONFIG_INVALID, field, field + " must be " + expected);
        }
    }
}
