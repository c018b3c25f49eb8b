package dev.vitrine.server.audit;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/**
 * One decision.
 *
 * @param at when
 * @param who decided: a caller, or a part of the program
 * @param what was decided, from a fixed set, such as {@code release.refused}
 * @param subject what it is about, such as the id of a release
 * @param evidence by name, for people; bounded by whoever records
 */
public record AuditEvent(
        Instant at, String who, String what, String subject, Map<String, String> evidence) {
    public AuditEvent {
        evidence = Map.copyOf(evidence);
    }

    /** As one line: {@code audit what="…" subject="…" who="…" …}. */
    @Override
    public String toString() {
        StringBuilder line = new StringBuilder("audit");
        field(line, "what", what);
        field(line, "subject", subject);
        field(line, "who", who);
        new TreeMap<>(evidence).forEach((name, value) -> field(line, name, value));
        return line.toString();
    }

    private static void field(StringBuilder line, String name, String value) {
        line.append(' ').append(name).append("=\"");
        line.append(value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
        line.append('"');
    }
}
