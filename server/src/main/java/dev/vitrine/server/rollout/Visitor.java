package dev.vitrine.server.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Who asks, as far as rollouts care.
 *
 * @param key places the visitor: the user's id where somebody is logged in, else the visitor's;
 *     empty for somebody unknown, who is always answered by what is live
 * @param loggedIn whether a user's id came with the request
 * @param known whether anything is known of the visitor; asked only where a segment or group wants
 *     it
 */
public record Visitor(String key, boolean loggedIn, BooleanSupplier known) {
    /** Somebody of whom nothing is told. */
    public static final Visitor NOBODY = new Visitor("", false, () -> false);

    public static Visitor of(String visitorId, String userId, BooleanSupplier known) {
        return new Visitor(userId.isEmpty() ? visitorId : userId, !userId.isEmpty(), known);
    }

    boolean is(Segments.Kind kind) {
        return switch (kind) {
            case KNOWN -> known.getAsBoolean();
            case NEW -> !known.getAsBoolean();
            case LOGGED_IN -> loggedIn;
            case ANONYMOUS -> !loggedIn;
        };
    }

    /** The names of the groups that this visitor is in. */
    List<String> groups(List<String> asked) {
        List<String> in = new ArrayList<>();
        for (String name : asked) {
            if (is(Segments.kind(name))) {
                in.add(name);
            }
        }
        return in;
    }
}
