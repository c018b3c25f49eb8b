package dev.vitrine.deployment.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.vitrine.deployment.experiment.TeamDraft.Pick;
import dev.vitrine.deployment.experiment.TeamDraft.Team;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class TeamDraftTest {
    /** Every place has the best item that its team still has, and no team runs ahead. */
    @Property
    void teamsPickInTurn(
            @ForAll @Size(max = 30) List<@IntRange(max = 40) Integer> first,
            @ForAll @Size(max = 30) List<@IntRange(max = 40) Integer> second,
            @ForAll @IntRange(min = 1, max = 25) int length,
            @ForAll long seed) {
        List<Pick<Integer>> list =
                TeamDraft.interleave(first, second, length, new SplittableRandom(seed));
        Set<Integer> all = new HashSet<>(first);
        all.addAll(second);
        assertThat(list).hasSize(Math.min(length, all.size()));
        Set<Integer> shown = new HashSet<>();
        int lead = 0;
        for (Pick<Integer> pick : list) {
            if (pick.team() != Team.NEITHER) {
                List<Integer> from = pick.team() == Team.FIRST ? first : second;
                Integer best =
                        from.stream()
                                .filter(item -> !shown.contains(item))
                                .findFirst()
                                .orElseThrow();
                assertThat(pick.item()).isEqualTo(best);
                lead += pick.team() == Team.FIRST ? 1 : -1;
                assertThat(lead).isBetween(-1, 1);
            }
            assertThat(shown.add(pick.item())).isTrue();
        }
    }

    @Test
    void theTossIsFairAndRepeatable() {
        List<String> first = List.of("a", "b", "c", "d");
        List<String> second = List.of("b", "x", "a", "y");
        int firstPicks = 0;
        for (int seed = 0; seed < 4_000; seed++) {
            List<Pick<String>> list =
                    TeamDraft.interleave(first, second, 4, new SplittableRandom(seed));
            assertThat(list)
                    .isEqualTo(TeamDraft.interleave(first, second, 4, new SplittableRandom(seed)));
            firstPicks += list.getFirst().team() == Team.FIRST ? 1 : 0;
        }
        assertThat(firstPicks / 4000.0).isCloseTo(.5, within(.03));
        assertThatThrownBy(() -> TeamDraft.interleave(first, second, 0, new SplittableRandom(1)))
                .hasMessageContaining("length");
    }

    @Test
    void clicksAreCreditedToWhoBroughtThem() {
        List<Pick<String>> list =
                List.of(
                        new Pick<>("a", Team.FIRST),
                        new Pick<>("b", Team.SECOND),
                        new Pick<>("c", Team.SECOND),
                        new Pick<>("d", Team.NEITHER));
        assertThat(TeamDraft.credit(list, Set.of("b", "c", "d", "elsewhere"))).isEqualTo(2);
        assertThat(TeamDraft.credit(list, Set.of("a", "b"))).isZero();
        assertThat(TeamDraft.credit(list, Set.of())).isZero();
    }

    /** Clicks by chance prefer neither; clicks on what is better prefer who ranks it higher. */
    @Test
    void preferenceFollowsClicks() {
        List<Integer> good = List.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        List<Integer> bad = List.of(10, 4, 8, 6, 5, 9, 7, 3, 2, 1);
        SplittableRandom random = new SplittableRandom(2);
        long[] byChance = new long[3];
        long[] byWorth = new long[3];
        for (int visitor = 0; visitor < 2_000; visitor++) {
            List<Pick<Integer>> list = TeamDraft.interleave(bad, good, 5, random);
            Set<Integer> anything = new HashSet<>();
            Set<Integer> worth = new HashSet<>();
            for (Pick<Integer> pick : list) {
                if (random.nextDouble() < .2) {
                    anything.add(pick.item());
                }
                if (random.nextDouble() < .4 - .03 * pick.item()) {
                    worth.add(pick.item());
                }
            }
            byChance[1 + Integer.signum(TeamDraft.credit(list, anything))]++;
            byWorth[1 + Integer.signum(TeamDraft.credit(list, worth))]++;
        }
        Preference none = Preference.of(byChance[0], byChance[2], byChance[1], .95);
        assertThat(none.fixed().contains(.5)).isTrue();
        assertThat(none.validP()).isGreaterThan(.05);
        Preference clear = Preference.of(byWorth[0], byWorth[2], byWorth[1], .95);
        assertThat(clear.share()).isGreaterThan(.6);
        assertThat(clear.fixed().low()).isGreaterThan(.5);
        assertThat(clear.validP()).isLessThan(1e-6).isGreaterThan(clear.fixedP());
        assertThat(Preference.of(0, 0, 7, .95).fixedP()).isEqualTo(1);
    }
}
