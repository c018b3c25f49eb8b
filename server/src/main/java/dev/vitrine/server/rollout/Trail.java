package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutAction;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.audit.Audit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps what this node did of rollouts in its audit log, with the evidence. */
final class Trail {
    private static final System.Logger LOG = System.getLogger(Trail.class.getName());

    /** What a release reached on held-out data. */
    private static final String TEST = "test.";

    private final Audit audit;
    private final ReleaseStore releases;

    Trail(Audit audit, ReleaseStore releases) {
        this.audit = audit;
        this.releases = releases;
    }

    /** The step is done and in the registry: it stands when it cannot be kept here. */
    void keep(RolloutAction action, String who, String reason, Optional<Rollout> rollout) {
        try {
            switch (action) {
                case RolloutAction.Audit entry ->
                        audit.record(
                                entry.who(),
                                action(entry.what()),
                                entry.what().replaceFirst(" .*", ""),
                                evidence(entry.why(), rollout));
                case RolloutAction.SetLive live -> {
                    Map<String, String> evidence = new TreeMap<>();
                    evidence.put("previous", live.expected());
                    evidence.put("reason", reason);
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
                default -> LOG.log(System.Logger.Level.INFO, "rollout {0}", action);
            }
        } catch (VitrineException e) {
            LOG.log(System.Logger.Level.ERROR, "a step of a rollout is not kept: " + action, e);
        }
    }

    /** A step's words begin with the rollout's id. */
    private static String action(String what) {
        return "rollout."
                + what.substring(what.indexOf(' ') + 1).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Map<String, String> evidence(String why, Optional<Rollout> rollout) {
        Map<String, String> evidence = new TreeMap<>();
        evidence.put("why", why);
        rollout.ifPresent(r -> {
            evidence.put("candidate", r.candidate());
            evidence.put("previous", r.previous());
            evidence.put("requests", Long.toString(r.verdict().requests()));
        });
        return evidence;
    }
}
