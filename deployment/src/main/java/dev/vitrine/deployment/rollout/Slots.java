package dev.vitrine.deployment.rollout;

import java.util.Optional;

/**
 * All that the registry keeps of one serving config, in one row that changes by compare-and-set.
 *
 * @param config its name
 * @param version rises by one with every write; the compare-and-set compares it
 * @param routing which release answers whom
 * @param rollout the one in motion, or the last; at most one at a time
 */
public record Slots(String config, long version, Routing routing, Optional<Rollout> rollout) {
    public Slots {
        Refusal.name("config", config);
    }

    /** The first row: a release answers everybody. */
    public static Slots of(String config, String live) {
        return new Slots(config, 1, Routing.of(live), Optional.empty());
    }

    Slots with(Routing next, Rollout rollout) {
        return new Slots(config, version + 1, next, Optional.of(rollout));
    }
}
