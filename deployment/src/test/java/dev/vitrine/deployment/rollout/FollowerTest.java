package dev.vitrine.deployment.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** When a node may answer, and by what. */
class FollowerTest {
    private static final Leases LEASES =
            new Leases(Duration.ofMillis(100), Duration.ofMillis(1_000), .01);
    private static final long LIFE = 77;
    private static final String ROLLOUT = "rollout";

    private final Follower follower = new Follower("a", "north", LEASES, LIFE);

    @Test
    void aNodeThatHasNotBeenHeardDoesNotAnswer() {
        assertThat(ask(0, 0)).isInstanceOf(Follower.Answer.Refused.class);
        NodeReport first = follower.report(ms(0));
        // The registry has reports from before the start: the first of them is not this node's.
        follower.learned(new Renewal(LIFE - 1, 57, table(4, false, true)));
        load();
        assertThat(ask(0, 1)).isInstanceOf(Follower.Answer.Refused.class);
        NodeReport second = follower.report(ms(2));
        assertThat(first.sequence()).isEqualTo(1);
        assertThat(second.sequence()).isEqualTo(58);
        follower.learned(new Renewal(LIFE, 58, table(4, false, true)));
        assertThat(ask(0, 3)).isInstanceOf(Follower.Answer.By.class);
    }

    @Test
    void aReportOfAnEarlierLifeIsNotTakenForOnesOwn() {
        follower.report(ms(0));
        NodeReport second = follower.report(ms(1));
        follower.learned(new Renewal(LIFE - 1, second.sequence(), table(4, false, true)));
        load();
        assertThat(ask(0, 2)).isInstanceOf(Follower.Answer.Refused.class);
    }

    @Test
    void leasesCountFromWhenTheReportWasSent() {
        NodeReport report = follower.report(ms(0));
        follower.learned(new Renewal(LIFE, report.sequence(), table(1, true, true)));
        load();
        assertThat(ask(0, 100)).isInstanceOf(Follower.Answer.By.class);
        assertThat(ask(0, 101))
                .isEqualTo(
                        new Follower.Answer.Refused(
                                "a switch is near and the registry is not heard from"));
        follower.learned(new Renewal(LIFE, report.sequence(), table(2, false, false)));
        assertThat(ask(0, 1_000)).isInstanceOf(Follower.Answer.By.class);
        assertThat(ask(0, 1_001)).isInstanceOf(Follower.Answer.Refused.class);
    }

    @Test
    void whoComesInTheMiddleOfASwitchWaitsUntilItCouldFollow() {
        NodeReport report = follower.report(ms(0));
        follower.learned(new Renewal(LIFE, report.sequence(), table(1, true, true)));
        follower.toLoad();
        follower.ready("old");
        assertThat(ask(0, 10))
                .isEqualTo(
                        new Follower.Answer.Refused(
                                "a switch is near and not all that it needs is ready"));
        follower.ready("new");
        assertThat(ask(0, 10)).isInstanceOf(Follower.Answer.By.class);
    }

    @Test
    void withoutTheRegistryTheCandidateGetsNothingAndTheShopGoesOn() {
        NodeReport report = follower.report(ms(0));
        follower.learned(new Renewal(LIFE, report.sequence(), table(1, false, true)));
        load();
        assertThat(ask(0, 50)).isEqualTo(new Follower.Answer.By("new", Group.AHEAD, 1));
        assertThat(ask(0, 150)).isEqualTo(new Follower.Answer.By("old", Group.LIVE, 1));
    }

    @Test
    void whoWasAnsweredByANewerTableIsNotAnsweredByAnOlder() {
        NodeReport report = follower.report(ms(0));
        follower.learned(new Renewal(LIFE, report.sequence(), table(5, false, false)));
        load();
        assertThat(ask(6, 10)).isInstanceOf(Follower.Answer.Behind.class);
        NodeReport again = follower.report(ms(11));
        follower.learned(new Renewal(LIFE, again.sequence(), table(5, false, false)));
        // The registry knows of no newer one, so the visitor's is made up.
        assertThat(follower.answer("v", 6, segment -> true, ms(10), ms(12)))
                .isEqualTo(new Follower.Answer.By("old", Group.LIVE, 5));
    }

    @Test
    void olderTablesAreNotGoneBackTo() {
        NodeReport one = follower.report(ms(0));
        NodeReport two = follower.report(ms(1));
        follower.learned(new Renewal(LIFE, two.sequence(), table(3, false, false)));
        follower.learned(new Renewal(LIFE, one.sequence(), table(2, false, true)));
        assertThat(follower.routing().orElseThrow().epoch()).isEqualTo(3);
    }

    @Test
    void whatIsHeldIsLoadedAndWhatIsNotIsLetGo() {
        NodeReport report = follower.report(ms(0));
        follower.learned(new Renewal(LIFE, report.sequence(), table(1, false, true)));
        assertThat(follower.toLoad()).containsExactly("new", "old");
        assertThat(follower.toLoad()).isEmpty();
        follower.ready("old");
        follower.failed("new", "bad signature");
        assertThat(follower.report(ms(1)).failed()).containsEntry("new", "bad signature");
        assertThat(follower.report(ms(1)).ready()).containsExactly("old");
        NodeReport next = follower.report(ms(2));
        follower.learned(new Renewal(LIFE, next.sequence(), table(2, false, false)));
        assertThat(follower.report(ms(3)).failed()).isEmpty();
        assertThat(follower.toUnload()).isEmpty();
        Routing other = new Routing(3, "x", Optional.empty(), false, new TreeSet<>(Set.of("x")));
        follower.learned(new Renewal(LIFE, next.sequence(), other));
        assertThat(follower.toUnload()).containsExactly("old");
    }

    @Test
    void stagesKeepToTheirSitesAndSegments() {
        Routing.Staged staged =
                new Routing.Staged(
                        ROLLOUT,
                        0,
                        "new",
                        Stage.Kind.RAMP,
                        1,
                        new Audience("vip", java.util.List.of("south"), null));
        Routing table =
                new Routing(
                        1, "old", Optional.of(staged), false, new TreeSet<>(Set.of("old", "new")));
        assertThat(table.group("v", "south", true)).isEqualTo(Group.AHEAD);
        assertThat(table.group("v", "north", true)).isEqualTo(Group.LIVE);
        assertThat(table.group("v", "south", false)).isEqualTo(Group.LIVE);
    }

    private void load() {
        follower.toLoad().forEach(follower::ready);
    }

    private Follower.Answer ask(long carried, long millis) {
        return follower.answer("v", carried, segment -> true, ms(millis), ms(millis));
    }

    private static Routing table(long epoch, boolean switching, boolean staged) {
        return new Routing(
                epoch,
                "old",
                staged
                        ? Optional.of(
                                new Routing.Staged(
                                        ROLLOUT,
                                        0,
                                        "new",
                                        Stage.Kind.RAMP,
                                        1,
                                        Audience.everybody()))
                        : Optional.empty(),
                switching,
                new TreeSet<>(staged ? Set.of("old", "new") : Set.of("old")));
    }

    private static long ms(long millis) {
        return millis * 1_000_000;
    }
}
