package dev.vitrine.server.wiring;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.audit.AuditEntry;
import dev.vitrine.registry.audit.AuditQuery;
import dev.vitrine.registry.audit.AuditVerification;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.audit.ChainedAudit;
import dev.vitrine.server.http.AuditPort;
import dev.vitrine.server.http.Page;
import dev.vitrine.server.http.PageRequest;
import java.util.List;
import java.util.Map;

/** Keeps and shows who changed what. */
public final class AuditViews implements AuditPort {
    private final ChainedAudit audit;

    public AuditViews(ChainedAudit audit) {
        this.audit = audit;
    }

    @Override
    public void record(String who, String action, String subject, Map<String, String> evidence) {
        audit.record(who, action, subject, evidence);
    }

    @Override
    public Page<EntryView> list(Filter filter, PageRequest page) {
        List<AuditEntry> found =
                audit.log()
                        .read(
                                new AuditQuery(
                                        before(page.token()),
                                        page.size() + 1,
                                        filter.who(),
                                        filter.action(),
                                        filter.subject()));
        List<AuditEntry> shown = found.subList(0, Math.min(page.size(), found.size()));
        return new Page<>(
                shown.stream().map(AuditViews::view).toList(),
                found.size() > page.size() ? Long.toString(shown.getLast().sequence()) : "");
    }

    private static long before(String token) {
        if (token.isEmpty()) {
            return Long.MAX_VALUE;
        }
        try {
            return Long.parseLong(token);
        } catch (NumberFormatException e) {
            throw VitrineException.field(
                    ServerError.REQUEST_INVALID,
                    "pageToken",
                    "'" + token + "' is not a token of this list");
        }
    }

    @Override
    public VerificationView verify() {
        AuditVerification found = audit.verify();
        return new VerificationView(
                found.holds(),
                found.entries(),
                found.first(),
                found.last(),
                found.head(),
                found.problem().orElse(""));
    }

    private static EntryView view(AuditEntry entry) {
        return new EntryView(
                entry.sequence(),
                entry.at().toEpochMilli(),
                entry.who(),
                entry.action(),
                entry.subject(),
                entry.evidence(),
                entry.hash());
    }
}
