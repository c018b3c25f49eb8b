package dev.vitrine.server.http;

import dev.vitrine.data.event.Event;
import dev.vitrine.kernel.error.VitrineException;
import java.io.InputStream;
import java.util.List;

/** Takes in what shoppers do. */
public interface EventsPort {
    /** Most events in one call of {@link #write}. */
    int MAX_BATCH = 1000;

    /**
     * Writes events; those that are accepted are durable on return.
     *
     * @param events at most {@link #MAX_BATCH}
     * @return the events that were refused, by position; empty when all were accepted
     */
    List<Rejection> write(List<Event> events);

    /** Told of an event of a request that could not be read, and so is not written. */
    void unread(VitrineException why);

    /**
     * Reads events from a stream in bounded memory until it ends; those counted as accepted are
     * durable on return.
     *
     * @param format vitrine, google, personalize, ga4 or ubi
     */
    ImportResult importStream(String format, InputStream body);

    /**
     * One event that was refused.
     *
     * @param index position in the batch, from 0
     * @param code what is wrong, such as {@code EVENT_INVALID}
     * @param field the field at fault; empty when there is none
     */
    record Rejection(int index, String code, String message, String field) {}
}
