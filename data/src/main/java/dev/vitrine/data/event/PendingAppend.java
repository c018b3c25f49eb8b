package dev.vitrine.data.event;

/** An append that was begun with {@link EventStore#submit}. */
public interface PendingAppend {
    /**
     * Waits until all its events are durable, and says where they are.
     *
     * @throws dev.vitrine.kernel.error.VitrineException as {@link EventLog#append}; then none of
     *     them was kept
     */
    Appended await();
}
