package dev.vitrine.server.http;

import dev.vitrine.server.access.Role;
import java.util.List;

/** Shows who changed what, and whether the record of it still holds. */
final class AuditRoutes {
    private final AuditPort audit;

    AuditRoutes(AuditPort audit) {
        this.audit = audit;
    }

    List<Route> routes() {
        return List.of(
                Route.read(
                        "/v1/audit",
                        Role.OPERATOR,
                        call ->
                                Json.reply(
                                        200,
                                        audit.list(
                                                new AuditPort.Filter(
                                                        call.query("who"),
                                                        call.query("action"),
                                                        call.query("subject")),
                                                call.page()))),
                Route.read(
                        "/v1/audit:verify",
                        Role.OPERATOR,
                        call -> Json.reply(200, audit.verify())));
    }
}
