package dev.vitrine.server.http;

import dev.vitrine.data.event.Event;
import java.util.function.Consumer;

/** The rights of people over their data. */
public interface UsersPort {
    /**
     * Starts erasing everything known about a visitor or user id.
     *
     * @return the job; its result proves what was erased
     */
    JobView erase(String id);

    /** Whether anything is known about a visitor or user id. */
    boolean knows(String id);

    /** Hands every event of a visitor or user id to {@code each}, oldest first. */
    void export(String id, Consumer<Event> each);
}
