package dev.vitrine.server.audit;

/** Keeps decisions as lines of the log. */
public final class LoggedAudit implements Audit {
    private static final System.Logger LOG = System.getLogger("dev.vitrine.audit");

    @Override
    public void record(AuditEvent event) {
        LOG.log(System.Logger.Level.INFO, "{0}", event);
    }
}
