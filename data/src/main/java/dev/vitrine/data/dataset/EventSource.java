package dev.vitrine.data.dataset;

import dev.vitrine.data.event.EventCursor;

/**
 * Events that can be read more than once, in log order, as the log is: {@code () -> log.read(0)}.
 * Every call starts at the beginning. Events appended after the first reading began are ignored.
 */
public interface EventSource {
    EventCursor open();
}
