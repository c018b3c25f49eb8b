package dev.vitrine.deployment.sync;

/** What happens to a synchronisation. */
public sealed interface SyncEvent {
    /** It begins. */
    record Begun() implements SyncEvent {}

    /** A parcel has arrived, durably. */
    record Arrived(String name) implements SyncEvent {}

    /**
     * A parcel was lost on its way, or cannot be carried.
     *
     * @param again whether another attempt may succeed
     * @param why for people
     */
    record Lost(String name, boolean again, String why) implements SyncEvent {}

    /** The moment has come that {@link SyncAction.Wait} named. */
    record Woken() implements SyncEvent {}
}
