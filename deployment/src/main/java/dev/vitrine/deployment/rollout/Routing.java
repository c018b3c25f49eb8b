package dev.vitrine.deployment.rollout;

import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which release answers whom, for one serving config. Every change has a higher epoch; the registry
 * keeps the newest, nodes follow it, and a request goes by the one that its node knew when it came.
 *
 * @param epoch rises by one with every change
 * @param live answers everybody whom nothing else says otherwise
 * @param staged the candidate of a rollout, while it gets requests
 * @param switching whether {@code live} is about to change: a node that follows this table answers
 *     only while it hears from the registry
 * @param hold releases that every node has loaded, verified and warm; {@code live} and the
 *     candidate among them
 */
public record Routing(
        long epoch,
        String live,
        Optional<Staged> staged,
        boolean switching,
        SortedSet<String> hold) {
    /**
     * A candidate that gets requests.
     *
     * @param rollout its id, the salt of {@link Assignment}
     * @param stage index of the stage, with which nodes mark what they count
     * @param share of the audience, from 0 (excluded) to 1
     */
    public record Staged(
            String rollout,
            int stage,
            String release,
            Stage.Kind kind,
            double share,
            Audience audience) {}

    public Routing {
        hold = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(hold));
        Refusal.when(epoch < 1, "epoch", "epochs begin with 1, found " + epoch);
        Refusal.when(!hold.contains(live), "hold", "what is live is held");
        Optional<Staged> candidate = staged;
        Refusal.when(
                candidate.isPresent() && !hold.contains(candidate.get().release()),
                "hold",
                "a candidate that gets requests is held");
    }

    /** The first table: one release answers everybody. */
    public static Routing of(String live) {
        return new Routing(1, live, Optional.empty(), false, new TreeSet<>(java.util.Set.of(live)));
    }

    /**
     * What a visitor is to this table.
     *
     * @param inSegment whether the visitor is in the stage's segment
     * @param site of the node that was asked
     */
    public Group group(String visitor, String site, boolean inSegment) {
        if (staged.isEmpty()) {
            return Group.LIVE;
        }
        Staged stage = staged.get();
        if (!inSegment || !stage.audience().includesSite(site)) {
            return Group.LIVE;
        }
        return Assignment.group(
                stage.kind(), stage.share(), Assignment.place(stage.rollout(), visitor));
    }

    /** The release that answers a group. */
    public String release(Group group) {
        return group.candidate() && staged.isPresent() ? staged.get().release() : live;
    }

    Routing next(String live, Optional<Staged> staged, boolean switching, SortedSet<String> hold) {
        return new Routing(epoch + 1, live, staged, switching, hold);
    }

    /** Whether another table says the same, its epoch apart. */
    boolean same(Routing other) {
        return live.equals(other.live)
                && staged.equals(other.staged)
                && switching == other.switching
                && hold.equals(other.hold);
    }
}
