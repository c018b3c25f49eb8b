package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.Group;
import java.util.Optional;

/**
 * What an answer carries so that the clicks it causes are counted where it was: the rollout, the
 * arm, and a number that stands for the visitor and tells nobody who that is.
 *
 * @param rollout its id
 * @param group {@link Group#CANARY} or {@link Group#BASELINE}
 */
public record ArmMark(String rollout, Group group, long visitor) {
    /** As it stands in an attribution token. */
    public String text() {
        return rollout + "/" + group.name() + "/" + Long.toHexString(visitor);
    }

    /** Reads what {@link #text} wrote; empty for anything else. */
    public static Optional<ArmMark> parse(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3) {
            return Optional.empty();
        }
        try {
            Group group = Group.valueOf(parts[1]);
            return Optional.of(new ArmMark(parts[0], group, Long.parseUnsignedLong(parts[2], 16)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
