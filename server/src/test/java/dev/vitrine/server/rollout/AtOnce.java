package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.RolloutPlan;
import java.time.Duration;

/** Switches that keep nothing warm, so that a test sees memory come back. */
public final class AtOnce {
    public static final RolloutPlan.Limits LIMITS =
            new RolloutPlan.Limits(
                    Duration.ofMinutes(10),
                    Duration.ofMinutes(15),
                    Duration.ofDays(1),
                    Duration.ZERO);

    private AtOnce() {}
}
