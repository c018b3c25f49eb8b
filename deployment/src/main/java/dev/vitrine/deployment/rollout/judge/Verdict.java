package dev.vitrine.deployment.rollout.judge;

import java.util.List;

/**
 * What a judge found.
 *
 * @param reason in words
 * @param requests of the arm that has fewer
 * @param checks the evidence, worst first
 */
public record Verdict(Decision decision, String reason, long requests, List<Check> checks) {
    public Verdict {
        checks = List.copyOf(checks);
    }

    /** Before anything was seen. */
    public static Verdict nothing() {
        return new Verdict(Decision.INCONCLUSIVE, "no data", 0, List.of());
    }
}
