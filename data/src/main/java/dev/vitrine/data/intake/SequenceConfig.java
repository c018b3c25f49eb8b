package dev.vitrine.data.intake;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vitrine.data.event.EventType;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a file with one person or session per line becomes events. Its items have an order but no
 * times, so times are made up: they rise along the line, and from line to line.
 *
 * @param eventType what each item stands for; default detail-page-view
 * @param person {@code first}: the first word of a line is the visitor id (the default); {@code
 *     line}: every line is a visitor of its own, called {@code line-N}
 * @param start time of the first item; default 2020-01-01
 * @param betweenItems default one hour, which no rule takes for a robot
 * @param betweenLines how much later the next line starts; default none
 */
public record SequenceConfig(
        EventType eventType,
        Person person,
        Instant start,
        Duration betweenItems,
        Duration betweenLines) {
    /** Who did what a line says. */
    public enum Person {
        @JsonProperty("first")
        FIRST,
        @JsonProperty("line")
        LINE
    }

    public static final SequenceConfig DEFAULTS =
            new SequenceConfig((String) null, null, null, null, null);

    @JsonCreator
    public SequenceConfig(
            @JsonProperty("eventType") @Nullable String eventType,
            @JsonProperty("person") @Nullable Person person,
            @JsonProperty("start") @Nullable Instant start,
            @JsonProperty("betweenItems") @Nullable Duration betweenItems,
            @JsonProperty("betweenLines") @Nullable Duration betweenLines) {
        this(
                eventType == null ? EventType.DETAIL_PAGE_VIEW : EventTypes.of(eventType),
                person == null ? Person.FIRST : person,
                start == null ? Instant.parse("2020-01-01T00:00:00Z") : start,
                betweenItems == null ? Duration.ofHours(1) : betweenItems,
                betweenLines == null ? Duration.ZERO : betweenLines);
    }
}
