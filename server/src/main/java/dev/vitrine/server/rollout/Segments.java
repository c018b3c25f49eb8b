package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The language of segments: names of groups of visitors, each perhaps after {@code not}, joined by
 * {@code and} or, weaker, {@code or}. An empty text means everybody.
 */
final class Segments {
    /** Groups of visitors. */
    enum Kind {
        /** Somebody of whom the log has something. */
        KNOWN("known"),
        /** Somebody never seen. */
        NEW("new"),
        /** A request with a user's id. */
        LOGGED_IN("loggedIn"),
        /** A request without. */
        ANONYMOUS("anonymous");

        private final String wire;

        Kind(String wire) {
            this.wire = wire;
        }
    }

    private Segments() {}

    /**
     * @throws VitrineException REQUEST_INVALID where there is no such group
     */
    static Kind kind(String name) {
        for (Kind kind : Kind.values()) {
            if (kind.wire.equals(name)) {
                return kind;
            }
        }
        throw VitrineException.field(
                ServerError.REQUEST_INVALID,
                "segment",
                "there is no group '"
                        + name
                        + "' of visitors; there are "
                        + Arrays.stream(Kind.values())
                                .map(kind -> kind.wire)
                                .collect(Collectors.joining(", "))
                        + ", joined by and, or, not");
    }

    /**
     * Reads what a plan says of groups and lets the result go, for its errors.
     *
     * @throws VitrineException REQUEST_INVALID where there is no such group, ROLLOUT_INVALID where
     *     a stage could never pass
     */
    static void check(RolloutPlan plan) {
        plan.requireWay();
        plan.stages().forEach(stage -> check(stage.audience().segment()));
        plan.judge().groups().forEach(Segments::kind);
    }

    /** Reads a segment and lets the result go, for its errors. */
    static void check(String text) {
        contains(text, Visitor.NOBODY);
    }

    /** Whether a visitor is in a segment. */
    static boolean contains(String text, Visitor visitor) {
        if (text.isBlank()) {
            return true;
        }
        boolean any = false;
        for (String part : text.strip().split("\\s+or\\s+", -1)) {
            boolean all = true;
            for (String name : part.strip().split("\\s+and\\s+", -1)) {
                String bare = name.strip();
                boolean not = bare.toLowerCase(Locale.ROOT).startsWith("not ");
                Kind kind = kind(not ? bare.substring(4).strip() : bare);
                all &= visitor.is(kind) != not;
            }
            any |= all;
        }
        return any;
    }
}
