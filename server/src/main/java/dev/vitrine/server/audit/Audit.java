package dev.vitrine.server.audit;

/** Where decisions are kept. Safe for concurrent callers; returns when the event is handed on. */
@FunctionalInterface
public interface Audit {
    void record(AuditEvent event);
}
