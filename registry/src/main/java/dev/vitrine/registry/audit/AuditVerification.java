package dev.vitrine.registry.audit;

import java.util.Optional;

/**
 * What reading the whole log found.
 *
 * @param entries that were read and are as they were written
 * @param first sequence of the oldest entry that is kept; 0 when there is none
 * @param last sequence of the last entry that holds; 0 when there is none
 * @param head hash of that entry: whoever keeps it elsewhere can tell later whether the log up to
 *     here was rewritten
 * @param problem what does not hold, with its place; empty when all does
 */
public record AuditVerification(
        long entries, long first, long last, String head, Optional<String> problem) {
    public boolean holds() {
        return problem.isEmpty();
    }
}
