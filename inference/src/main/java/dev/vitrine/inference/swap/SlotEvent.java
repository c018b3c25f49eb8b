package dev.vitrine.inference.swap;

import java.util.Optional;

/** What happened in a slot; told in the thread that caused it, so listeners are quick. */
public sealed interface SlotEvent {
    String slot();

    /** Counts what the slot has held, from 1. */
    long generation();

    /** A value is leased to all who ask from now on. */
    record Live(String slot, long generation) implements SlotEvent {}

    /**
     * A value is leased to nobody any more.
     *
     * @param leases that have not ended
     */
    record Draining(String slot, long generation, long leases) implements SlotEvent {}

    /**
     * The last lease ended and the value was closed.
     *
     * @param failure what closing it threw
     */
    record Closed(String slot, long generation, Optional<Exception> failure) implements SlotEvent {}
}
