package dev.vitrine.server.audit;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps entries in memory, and fails when told to. */
public class KeptTrail implements Audit {
    public final List<String> lines = new CopyOnWriteArrayList<>();

    /** As many as lines. */
    public final List<Map<String, String>> evidence = new CopyOnWriteArrayList<>();

    public volatile boolean full;

    @Override
    public synchronized void record(
            String who, String action, String subject, Map<String, String> evidence) {
        if (full) {
            throw new VitrineException(ServerError.INTERNAL, "no room");
        }
        this.evidence.add(Map.copyOf(evidence));
        lines.add(
                who
                        + " | "
                        + action
                        + " | "
                        + subject
                        + " | "
                        + evidence.getOrDefault("status", ""));
    }
}
