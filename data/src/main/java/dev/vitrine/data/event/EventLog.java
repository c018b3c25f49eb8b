package dev.vitrine.data.event;

import dev.vitrine.data.store.FileLayer;
import java.nio.file.Path;
import java.util.List;

/** The durable log of events, read again by offset. */
public final class EventLog implements AutoCloseable {
    private EventLog() {}

    /** Opens for writing; a torn end left by a crash is cut off. */
    public static EventLog open(Path directory, EventLogSettings settings, FileLayer files) {
        throw new UnsupportedOperationException();
    }

    /** Opens for reading, beside a process that writes. */
    public static EventLog openReadOnly(Path directory, FileLayer files) {
        throw new UnsupportedOperationException();
    }

    /**
     * Appends events in order, ignoring the offsets they carry, and returns when they are durable.
     *
     * @return the offset of the first; the others follow it
     */
    public long append(List<LoggedEvent> events) {
        throw new UnsupportedOperationException();
    }

    /** Reads from an offset, or from the oldest event that is kept when that is later. */
    public EventCursor read(long fromOffset) {
        throw new UnsupportedOperationException();
    }

    /** Offset of the oldest event that is kept. */
    public long startOffset() {
        throw new UnsupportedOperationException();
    }

    /** One more than the offset of the newest durable event. */
    public long endOffset() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
