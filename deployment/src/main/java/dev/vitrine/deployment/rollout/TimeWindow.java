package dev.vitrine.deployment.rollout;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Hours of the week in which a stage sends visitors to the candidate; outside of them all are
 * answered by what is live.
 *
 * @param days on which the window begins; all when none is named
 * @param from local time at which it begins
 * @param to local time at which it ends (excluded); one that is not after {@code from} is on the
 *     next day
 * @param zone of both, such as {@code Europe/Berlin}
 */
public record TimeWindow(List<DayOfWeek> days, LocalTime from, LocalTime to, String zone) {
    @JsonCreator
    public TimeWindow(
            @JsonProperty("days") @Nullable List<DayOfWeek> days,
            @JsonProperty("from") @Nullable LocalTime from,
            @JsonProperty("to") @Nullable LocalTime to,
            @JsonProperty("zone") @Nullable String zone) {
        Refusal.when(from == null || to == null, "windows", "a time window needs from and to");
        this.days = days == null ? List.of() : List.copyOf(days);
        this.from = from == null ? LocalTime.MIN : from;
        this.to = to == null ? LocalTime.MIN : to;
        this.zone = zone == null ? "UTC" : zone;
        Refusal.when(this.days.size() > 7, "days", "a week has seven days");
        Refusal.when(
                this.from.equals(this.to),
                "windows",
                "a time window from " + from + " to " + to + " is empty");
        try {
            ZoneId.of(this.zone);
        } catch (DateTimeException e) {
            throw Refusal.of("zone", "'" + zone + "' is not a time zone such as Europe/Berlin");
        }
    }

    /** Whether {@code now} lies in the window. */
    public boolean contains(Instant now) {
        ZonedDateTime local = now.atZone(ZoneId.of(zone));
        LocalTime time = local.toLocalTime();
        Set<DayOfWeek> begins = days.isEmpty() ? EnumSet.allOf(DayOfWeek.class) : Set.copyOf(days);
        if (from.isBefore(to)) {
            return begins.contains(local.getDayOfWeek())
                    && !time.isBefore(from)
                    && time.isBefore(to);
        }
        return !time.isBefore(from) && begins.contains(local.getDayOfWeek())
                || time.isBefore(to) && begins.contains(local.getDayOfWeek().minus(1));
    }
}
