package dev.vitrine.registry.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One thing that was done, or refused.
 *
 * @param sequence from 1, rises by one
 * @param at to the millisecond
 * @param who the caller's name, or the part of the program that decided by itself
 * @param action such as {@code release.promote}
 * @param subject what it was done to, such as a release's id; may be empty
 * @param evidence what the decision rested on, by name
 * @param previous hash of the entry before, 64 hexadecimal digits; zeros for the first
 * @param hash SHA-256 over all of the above as it is stored, 64 hexadecimal digits
 */
public record AuditEntry(
        long sequence,
        Instant at,
        String who,
        String action,
        String subject,
        Map<String, String> evidence,
        String previous,
        String hash) {
    public AuditEntry {
        SortedMap<String, String> sorted = new TreeMap<>(evidence);
        evidence = Collections.unmodifiableSortedMap(sorted);
    }
}
