package dev.vitrine.data.event;

/**
 * Reads events in the order of their offsets. Not thread-safe. At the end of the log {@link #next}
 * is false; it becomes true again when more was appended.
 */
public interface EventCursor extends AutoCloseable {
    /**
     * Moves to the next event.
     *
     * @return false when there is none now
     * @throws dev.vitrine.kernel.error.VitrineException LOG_CORRUPT, naming file and position, when
     *     what is stored fails its check
     */
    boolean next();

    /** The event that {@link #next} moved to. */
    LoggedEvent event();

    /** Offset of the event that the following {@link #next} would move to. */
    long nextOffset();

    @Override
    void close();
}
