package dev.vitrine.deployment.experiment;

import dev.vitrine.kernel.error.VitrineException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Shows two rankings in one list, so that one visitor compares them: a tenth to a hundredth of the
 * visitors of an A/B test will do, but it says only which is preferred, not by how much. As
 * captains pick teams, the ranking with fewer items in the list (at a tie, who wins the toss) adds
 * its best item that is not there yet (team-draft interleaving; Radlinski, Kurup and Joachims, CIKM
 * 2008). What is clicked is credited to the team that brought it.
 */
public final class TeamDraft {
    static final int LONGEST = 1_000;

    private TeamDraft() {}

    /** Who brought an item. */
    public enum Team {
        FIRST,
        SECOND,
        /** The other ranking had nothing left: no contest, no credit. */
        NEITHER
    }

    /** An item in the list that is shown, with the team that is credited. */
    public record Pick<T>(T item, Team team) {}

    /**
     * @param first a ranking, best first; a repeated item counts at its first place
     * @param second the other
     * @param length at most so many are shown, 1 to {@value #LONGEST}
     * @param random of the tosses; seeded by request, so that the list can be made again
     * @throws VitrineException EXPERIMENT_INVALID for a bad length
     */
    public static <T> List<Pick<T>> interleave(
            List<T> first, List<T> second, int length, RandomGenerator random) {
        Require.between("length", length, 1, LONGEST);
        List<Pick<T>> list = new ArrayList<>(length);
        Set<T> shown = new HashSet<>();
        int nextFirst = 0;
        int nextSecond = 0;
        int lead = 0;
        while (list.size() < length) {
            nextFirst = skip(first, nextFirst, shown);
            nextSecond = skip(second, nextSecond, shown);
            boolean firstHas = nextFirst < first.size();
            boolean secondHas = nextSecond < second.size();
            if (!firstHas && !secondHas) {
                break;
            }
            boolean firstPicks =
                    firstHas && (!secondHas || lead < 0 || lead == 0 && random.nextBoolean());
            T item = firstPicks ? first.get(nextFirst) : second.get(nextSecond);
            Team team = firstPicks ? Team.FIRST : Team.SECOND;
            lead += firstPicks ? 1 : -1;
            shown.add(item);
            list.add(new Pick<>(item, firstHas && secondHas ? team : Team.NEITHER));
        }
        return list;
    }

    private static <T> int skip(List<T> ranking, int from, Set<T> shown) {
        int next = from;
        while (next < ranking.size() && shown.contains(ranking.get(next))) {
            next++;
        }
        return next;
    }

    /**
     * What the clicks on one list say: above 0 for the second ranking, below for the first.
     *
     * @param clicked items, each counted once; what the list does not have is ignored
     */
    public static <T> int credit(List<Pick<T>> list, Set<T> clicked) {
        int credit = 0;
        for (Pick<T> pick : list) {
            if (clicked.contains(pick.item())) {
                credit +=
                        switch (pick.team()) {
                            case FIRST -> -1;
                            case SECOND -> 1;
                            case NEITHER -> 0;
                        };
            }
        }
        return credit;
    }
}
