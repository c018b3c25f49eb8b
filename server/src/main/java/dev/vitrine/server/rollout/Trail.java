package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutAction;
import dev.vitrine.deployment.rollout.RolloutStep;
import dev.vitrine.deployment.rollout.judge.Check;
import dev.vitrine.deployment.rollout.judge.Verdict;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.audit.Audit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Keeps what this node did of rollouts in its audit log, with the evidence. */
final class Trail {
    private static final System.Logger LOG = System.getLogger(Trail.class.getName());

    /** What a release reached on held-out data. */
    private static final String TEST = "test.";

    /** Characters of a plan, or of a judge's checks, at most. */
    private static final int LONGEST = 8_000;

    private final Audit audit;
    private final ReleaseStore releases;

    Trail(Audit audit, ReleaseStore releases) {
        this.audit = audit;
        this.releases = releases;
    }

    /**
     * The step is done and in the registry: it stands when it cannot be kept here.
     *
     * @param before the rollout of the row that the step began with
     * @param who has what is live changed, and {@code reason} why
     */
    void keep(Optional<Rollout> before, RolloutStep step, String who, String reason) {
        for (RolloutAction action : step.actions()) {
            try {
                switch (action) {
                    case RolloutAction.Audit entry -> moved(before, step, entry);
                    case RolloutAction.SetLive live -> switched(live, step, who, reason);
                    default -> LOG.log(System.Logger.Level.INFO, "rollout {0}", action);
                }
            } catch (VitrineException e) {
                LOG.log(System.Logger.Level.ERROR, "a step of a rollout is not kept: " + action, e);
            }
        }
    }

    /** An entry's words begin with the rollout's id. */
    private void moved(Optional<Rollout> before, RolloutStep step, RolloutAction.Audit entry) {
        String id = entry.what().replaceFirst(" .*", "");
        String state = entry.what().substring(entry.what().indexOf(' ') + 1);
        Map<String, String> evidence = new TreeMap<>();
        evidence.put("why", entry.why());
        Stream.concat(step.next().rollout().stream(), step.overtaken().stream())
                .filter(rollout -> rollout.id().equals(id))
                .findFirst()
                .ifPresent(rollout -> {
                    Optional<Rollout> was = before.filter(r -> r.id().equals(id));
                    evidence.put("candidate", rollout.candidate());
                    evidence.put("previous", rollout.previous());
                    if (was.isEmpty()) {
                        evidence.put("plan", bounded(rollout.plan().text()));
                    }
                    Verdict verdict = verdict(was, rollout);
                    evidence.put("requests", Long.toString(verdict.requests()));
                    if (was.filter(r -> left(r, rollout)).isPresent()
                            && !verdict.checks().isEmpty()) {
                        evidence.put("checks", checks(verdict));
                    }
                });
        audit.record(
                entry.who(),
                "rollout." + state.toLowerCase(Locale.ROOT).replace('_', '-'),
                id,
                evidence);
    }

    /** Whether a stage was left, so that its verdict is the last. */
    private static boolean left(Rollout was, Rollout now) {
        return was.isJudged() && (!now.isJudged() || was.stage() != now.stage());
    }

    /** What was found of the stage that was left, or else of the present one. */
    private static Verdict verdict(Optional<Rollout> was, Rollout now) {
        boolean fresh = now.verdict().checks().isEmpty();
        return fresh ? was.map(Rollout::verdict).orElse(now.verdict()) : now.verdict();
    }

    private static String checks(Verdict verdict) {
        return bounded(
                verdict.checks().stream().map(Trail::line).collect(Collectors.joining("; ")));
    }

    private static String line(Check check) {
        return String.format(
                Locale.ROOT,
                "%s%s %s (p %.2g, limit %.2g): %s",
                check.signal().words(),
                check.subject().isEmpty() ? "" : " of " + check.subject(),
                check.decision().name().toLowerCase(Locale.ROOT),
                check.pWorse(),
                check.limit(),
                check.words());
    }

    private static String bounded(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "..." : text;
    }

    private void switched(RolloutAction.SetLive live, RolloutStep step, String who, String reason) {
        Map<String, String> evidence = new TreeMap<>();
        evidence.put("previous", live.expected());
        evidence.put("reason", reason);
        step.next().rollout().ifPresent(rollout -> evidence.put("rollout", rollout.id()));
        releases.get(live.next())
                .manifest()
                .thresholds()
                .forEach((name, value) -> {
                    if (name.startsWith(TEST)) {
                        evidence.put(name, Double.toString(value));
                    }
                });
        audit.record(who, "release.live", live.next(), evidence);
    }
}
