package dev.vitrine.data.event;

import java.util.List;

/**
 * What an append wrote: consecutive offsets from {@code firstOffset}, durable.
 *
 * @param events as the log now has them, in the order they were given
 */
public record Appended(long firstOffset, List<LoggedEvent> events) {
    public Appended {
        events = List.copyOf(events);
    }
}
