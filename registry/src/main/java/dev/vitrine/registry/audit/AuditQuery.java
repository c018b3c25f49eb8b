package dev.vitrine.registry.audit;

/**
 * Which entries are asked for; empty texts ask for all.
 *
 * @param before entries with a smaller sequence; {@link Long#MAX_VALUE} for the newest
 * @param limit at most so many, from 1
 * @param who exactly this name
 * @param action this action, or all that begin with it and a dot
 * @param subject exactly this subject
 */
public record AuditQuery(long before, int limit, String who, String action, String subject) {
    /** The newest entries of all kinds. */
    public static AuditQuery newest(int limit) {
        return new AuditQuery(Long.MAX_VALUE, limit, "", "", "");
    }

    boolean matches(AuditEntry entry) {
        return entry.sequence() < before
                && (who.isEmpty() || entry.who().equals(who))
                && (action.isEmpty()
                        || entry.action().equals(action)
                        || entry.action().startsWith(action + "."))
                && (subject.isEmpty() || entry.subject().equals(subject));
    }
}
