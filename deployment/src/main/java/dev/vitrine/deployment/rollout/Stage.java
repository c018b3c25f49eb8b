package dev.vitrine.deployment.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One step of a rollout.
 *
 * @param kind what it does
 * @param percent of the audience's visitors: in a shadow of whose requests a copy goes to the
 *     candidate, else whom the candidate answers; above 0, at most 100, of a canary at most 50 so
 *     that a baseline of the same size is left. A ramp of 100 is the switch itself
 * @param audience among whom
 * @param minRequests of the candidate, and as many of the baseline, before it can pass
 * @param minTime the stage lasts before it can pass, counted while it takes place
 * @param maxTime after which it ends without having passed, counted while it takes place
 */
public record Stage(
        Kind kind,
        double percent,
        Audience audience,
        long minRequests,
        Duration minTime,
        Duration maxTime) {
    private static final long MOST_REQUESTS = 1_000_000_000L;
    private static final Duration LONGEST = Duration.ofDays(30);

    /** What a stage does with the candidate. */
    public enum Kind {
        /** Copies of requests go to it; what it answers is compared and nobody sees it. */
        SHADOW,
        /** It answers a few, beside a baseline of the same size. */
        CANARY,
        /** It answers more and more. */
        RAMP
    }

    public Stage {
        Refusal.when(
                !(percent > 0 && percent <= 100),
                "percent",
                "percent must be above 0 and at most 100, found " + percent);
        Refusal.when(
                kind == Kind.CANARY && percent > 50,
                "percent",
                "a canary takes at most 50 percent, so that its baseline is as large; found "
                        + percent);
        Refusal.when(
                minRequests < 1 || minRequests > MOST_REQUESTS,
                "minRequests",
                "minRequests must be from 1 to " + MOST_REQUESTS + ", found " + minRequests);
        Refusal.between("minTime", minTime, Duration.ZERO, LONGEST);
        Refusal.between("maxTime", maxTime, Duration.ofSeconds(1), LONGEST);
        Refusal.when(
                maxTime.compareTo(minTime) < 0,
                "maxTime",
                "maxTime " + maxTime + " is shorter than minTime " + minTime);
    }

    /** As it is read; what is left out takes its default. */
    @JsonCreator
    static Stage of(
            @JsonProperty("kind") @Nullable Kind kind,
            @JsonProperty("percent") @Nullable Double percent,
            @JsonProperty("audience") @Nullable Audience audience,
            @JsonProperty("minRequests") @Nullable Long minRequests,
            @JsonProperty("minTime") @Nullable Duration minTime,
            @JsonProperty("maxTime") @Nullable Duration maxTime) {
        Refusal.when(kind == null, "kind", "a stage needs a kind: SHADOW, CANARY or RAMP");
        Refusal.when(percent == null, "percent", "a stage needs a percent");
        return new Stage(
                Objects.requireNonNull(kind),
                Objects.requireNonNull(percent).doubleValue(),
                audience == null ? Audience.everybody() : audience,
                minRequests == null ? 1_000 : minRequests.longValue(),
                minTime == null ? Duration.ofMinutes(10) : minTime,
                maxTime == null ? Duration.ofDays(1) : maxTime);
    }

    /** The part of the audience, from 0 to 1. */
    double share() {
        return percent / 100;
    }

    /** Whether it is the switch itself: all visitors, and nobody left to compare them with. */
    boolean isSwitch() {
        return kind == Kind.RAMP && percent == 100;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "%s of %s %%", kind.name().toLowerCase(Locale.ROOT), number(percent));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
