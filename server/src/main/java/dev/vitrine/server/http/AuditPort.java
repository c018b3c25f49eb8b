package dev.vitrine.server.http;

import dev.vitrine.server.audit.Audit;
import java.util.Map;

/** Who changed what, when, and on what evidence. */
public interface AuditPort extends Audit {
    /**
     * Entries, newest first.
     *
     * @param filter what they must have
     */
    Page<EntryView> list(Filter filter, PageRequest page);

    /** Reads the whole log and says whether it is as it was written. */
    VerificationView verify();

    /**
     * Which entries; empty texts ask for all.
     *
     * @param action this action, or all that begin with it and a dot
     */
    record Filter(String who, String action, String subject) {}

    /**
     * One entry.
     *
     * @param at epoch milliseconds
     * @param hash of the entry, which the next one names
     */
    record EntryView(
            long sequence,
            long at,
            String who,
            String action,
            String subject,
            Map<String, String> evidence,
            String hash) {}

    /**
     * What reading the whole log found.
     *
     * @param first the oldest entry that is kept
     * @param last the last entry up to which all holds
     * @param head hash of that entry; note it elsewhere, and it can be compared later
     * @param problem empty when all holds
     */
    record VerificationView(
            boolean holds, long entries, long first, long last, String head, String problem) {}
}
