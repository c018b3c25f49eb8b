package dev.vitrine.data.dataset;

import dev.vitrine.data.event.LoggedEvent;
import java.util.Iterator;

/**
 * Events that can be read more than once, in log order, as the log is. Every call starts at the
 * beginning; events appended after the first reading ended are ignored.
 */
public interface EventSource {
    Iterator<LoggedEvent> open();
}
