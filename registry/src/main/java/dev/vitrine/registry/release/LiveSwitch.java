package dev.vitrine.registry.release;

import java.util.Optional;

/**
 * A change of what is live, to be made together with what it belongs to.
 *
 * @param expected what must be live before; empty where nothing may be
 * @param next what is live after
 * @param who asked for it
 * @param reason in words
 */
public record LiveSwitch(Optional<String> expected, String next, String who, String reason) {}
