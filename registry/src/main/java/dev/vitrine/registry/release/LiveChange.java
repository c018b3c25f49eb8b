package dev.vitrine.registry.release;

import java.time.Instant;
import java.util.Optional;

/**
 * One switch of what is live.
 *
 * @param sequence rises by one with every switch
 * @param previous id of the release that was live before; empty for the first
 * @param next id of the release that became live
 * @param who asked for it
 * @param reason in words
 */
public record LiveChange(
        long sequence,
        Instant at,
        Optional<String> previous,
        String next,
        String who,
        String reason) {}
