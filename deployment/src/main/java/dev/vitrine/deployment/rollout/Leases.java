package dev.vitrine.deployment.rollout;

import java.time.Duration;

/**
 * How long a node goes on without the registry.
 *
 * @param near while requests go to a candidate, or a switch is near; after it a node answers by
 *     what is live alone, or in a switch not at all
 * @param far at any other time; long, so that a registry that fails does not stop the shop
 * @param drift by how much two clocks that count seconds may differ in rate, from 0 to 1
 */
public record Leases(Duration near, Duration far, double drift) {
    public Leases {
        Refusal.between("near", near, Duration.ofMillis(10), Duration.ofMinutes(10));
        Refusal.between("far", far, near, Duration.ofDays(30));
        Refusal.when(
                !(drift >= 0 && drift < 0.5), "drift", "drift is from 0 to 0.5, found " + drift);
    }

    /** One second near, five minutes far, clocks that differ by at most a hundredth. */
    public static Leases defaults() {
        return new Leases(Duration.ofSeconds(1), Duration.ofMinutes(5), 0.01);
    }

    /** How long an observer waits until a node's lease has run out by the node's own clock. */
    public Duration outlast(Duration lease) {
        return Duration.ofNanos((long) Math.ceil(lease.toNanos() * (1 + drift) / (1 - drift)) + 1);
    }
}
