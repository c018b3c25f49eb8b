package dev.vitrine.server.http;

import dev.vitrine.server.audit.KeptTrail;
import java.util.List;
import java.util.Map;

/** An audit log in memory with one entry to show. */
final class FakeAudit extends KeptTrail implements AuditPort {
    @Override
    public Page<EntryView> list(Filter filter, PageRequest page) {
        return page.of(
                List.of(
                        new EntryView(
                                1, 2, "ada", "release.live", "r1", Map.of("reason", "x"), "ab")));
    }

    @Override
    public VerificationView verify() {
        return new VerificationView(true, 1, 1, 1, "ab", "");
    }
}
