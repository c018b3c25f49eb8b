package dev.vitrine.server.pipeline;

import dev.vitrine.data.event.EventCursor;
import dev.vitrine.data.event.LoggedEvent;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Reads the log up to an offset, closing the cursor at its end. */
public final class LogIterator implements Iterator<LoggedEvent>, AutoCloseable {
    private final EventCursor cursor;
    private final long until;
    private boolean ready;
    private boolean ended;

    /** Takes the cursor over. */
    public LogIterator(EventCursor cursor, long until) {
        this.cursor = cursor;
        this.until = until;
    }

    @Override
    public boolean hasNext() {
        if (!ready && !ended) {
            ready = cursor.nextOffset() < until && cursor.next();
            if (!ready) {
                close();
            }
        }
        return ready;
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            cursor.close();
        }
    }

    @Override
    public LoggedEvent next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        ready = false;
        return cursor.event();
    }
}
