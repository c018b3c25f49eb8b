package dev.vitrine.server.audit;

import java.util.Map;

/** Where it is kept who changed what. Safe for concurrent callers. */
public interface Audit {
    /**
     * Keeps an entry; it is durable on return.
     *
     * @param who the caller's name, or the part of the program that decided by itself
     * @param action such as {@code release.live}
     * @param subject what it was done to; may be empty, and names no person
     * @param evidence what it rested on, by name
     * @throws dev.vitrine.kernel.error.VitrineException where it cannot be kept
     */
    void record(String who, String action, String subject, Map<String, String> evidence);
}
