package dev.vitrine.registry.audit;

/**
 * Bounds of the log.
 *
 * @param segmentBytes a file is ended once it is larger than this
 * @param segments files that are kept; the oldest goes when there are more, and an entry says so
 */
public record AuditSettings(long segmentBytes, int segments) {
    public static final AuditSettings DEFAULT = new AuditSettings(16L << 20, 256);

    public AuditSettings {
        if (segmentBytes < 1 || segments < 2) {
            throw new IllegalArgumentException("at least a byte a file, and two files");
        }
    }
}
