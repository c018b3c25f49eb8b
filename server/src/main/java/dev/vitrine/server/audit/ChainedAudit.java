package dev.vitrine.server.audit;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.audit.AuditEntry;
import dev.vitrine.registry.audit.AuditLog;
import dev.vitrine.registry.audit.AuditSettings;
import dev.vitrine.registry.audit.AuditVerification;
import dev.vitrine.server.Home;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Keeps entries in the home's log, and says them in the program's own log too. */
public final class ChainedAudit implements Audit, AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dev.vitrine.audit");

    private final AuditLog log;
    private volatile Optional<String> problem = Optional.empty();

    private ChainedAudit(AuditLog log) {
        this.log = log;
    }

    /** The log of a home; other processes may append to it at the same time. */
    public static ChainedAudit open(Home home, InstantSource clock) {
        return new ChainedAudit(AuditLog.open(home.audit(), AuditSettings.DEFAULT, clock));
    }

    @Override
    public void record(String who, String action, String subject, Map<String, String> evidence) {
        try {
            AuditEntry entry = log.append(who, action, subject, evidence);
            LOG.log(
                    System.Logger.Level.INFO,
                    "sequence="
                            + entry.sequence()
                            + " who="
                            + who
                            + " action="
                            + action
                            + " subject="
                            + subject
                            + " evidence="
                            + entry.evidence());
        } catch (VitrineException e) {
            problem = Optional.of(String.valueOf(e.getMessage()));
            throw e;
        }
    }

    /** What keeps the log from being trusted, as far as it was looked at; empty when nothing. */
    public Optional<String> problem() {
        return problem;
    }

    /** Reads the whole log and says up to where it holds. */
    public AuditVerification verify() {
        AuditVerification found = log.verify();
        problem = found.problem();
        found.problem()
                .ifPresent(text ->
                        LOG.log(System.Logger.Level.ERROR, "the audit log does not hold: " + text));
        return found;
    }

    public AuditLog log() {
        return log;
    }

    @Override
    public void close() {
        log.close();
    }
}
