package dev.vitrine.data.event;

import dev.vitrine.data.catalog.AttributeValue;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Takes events as the shop sends them and keeps them with people as numbers: {@link People} and
 * {@link EventLog} together.
 */
public final class EventStore implements AutoCloseable {
    private EventStore() {}

    /**
     * Opens for writing.
     *
     * @param home its folders {@code log} and {@code people} are used, and made when missing
     * @param clock gives {@link LoggedEvent#receivedAt}
     */
    public static EventStore open(Path home, EventStoreSettings settings, InstantSource clock) {
        throw new UnsupportedOperationException();
    }

    /** Opens for reading, beside a process that writes. */
    public static EventStore openReadOnly(Path home) {
        throw new UnsupportedOperationException();
    }

    /** Appends events in order; they are durable on return. */
    public Appended append(List<Event> events) {
        throw new UnsupportedOperationException();
    }

    /** Reads events from an offset on, as {@link EventLog#read}. */
    public EventCursor read(long fromOffset) {
        throw new UnsupportedOperationException();
    }

    /** The personal attributes of an event; empty when it has none or its person was erased. */
    public Map<String, AttributeValue> personal(LoggedEvent event) {
        throw new UnsupportedOperationException();
    }

    public EventLog log() {
        throw new UnsupportedOperationException();
    }

    public People people() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
