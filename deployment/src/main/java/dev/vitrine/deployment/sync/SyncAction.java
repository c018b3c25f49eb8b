package dev.vitrine.deployment.sync;

import java.time.Instant;
import java.util.SortedMap;

/** What a synchronisation wants to have done. */
public sealed interface SyncAction {
    /**
     * Carry a parcel and tell what became of it.
     *
     * @param attempt from 1
     */
    record Carry(Parcel parcel, int attempt) implements SyncAction {}

    /** Nothing is under way: send {@link SyncEvent.Woken} at this moment. */
    record Wait(Instant until) implements SyncAction {}

    /**
     * Nothing is left to do.
     *
     * @param failed by name, why a parcel did not arrive; empty when all have
     * @param retries attempts beyond the first
     */
    record End(SortedMap<String, String> failed, int retries) implements SyncAction {}
}
