package dev.vitrine.server.rollout;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.registry.release.LiveChange;
import dev.vitrine.registry.release.ReleaseStore;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which releases may answer again: those that were live, newest first, but for any that was taken
 * back when it was last tried, by hand or by a judge. Who goes back twice goes back two releases,
 * and never to the one that was left for being bad.
 */
final class WayBack {
    private static final int ROLLOUTS = 200;
    private static final int MOST = 10;

    private final ReleaseStore releases;
    private final SlotBoard board;

    WayBack(ReleaseStore releases, SlotBoard board) {
        this.releases = releases;
        this.board = board;
    }

    /** From what is live or was to be; at most {@value #MOST}, the nearest first. */
    List<String> from(String live) {
        Set<String> found = new LinkedHashSet<>();
        for (LiveChange change : releases.history(ReleaseNode.HISTORY)) {
            found.add(change.next());
            change.previous().ifPresent(found::add);
        }
        found.remove(live);
        found.removeAll(takenBack(board.rollouts(ROLLOUTS)));
        return found.stream().limit(MOST).toList();
    }

    /** What each release met with last decides; rollouts come newest first. */
    private static Set<String> takenBack(List<Rollout> rollouts) {
        Set<String> taken = new HashSet<>();
        Set<String> decided = new HashSet<>();
        for (Rollout rollout : rollouts) {
            if (rollout.wentLive()) {
                decided.add(rollout.candidate());
                if (decided.add(rollout.previous()) && rollout.isBack()) {
                    taken.add(rollout.previous());
                }
            } else if (end(rollout) == State.ROLLED_BACK && decided.add(rollout.candidate())) {
                taken.add(rollout.candidate());
            }
        }
        return taken;
    }

    private static State end(Rollout rollout) {
        return rollout.state() == State.ROLLING_BACK
                ? rollout.ending().orElse(State.FAILED)
                : rollout.state();
    }
}
