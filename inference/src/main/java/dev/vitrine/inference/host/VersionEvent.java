package dev.vitrine.inference.host;

import java.time.Instant;

/**
 * A version changed its state.
 *
 * @param reason why it failed; empty otherwise
 */
public record VersionEvent(
        Instant at, String model, long version, VersionState state, String reason) {}
