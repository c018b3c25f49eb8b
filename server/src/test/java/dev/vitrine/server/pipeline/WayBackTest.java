package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.registry.release.LiveChange;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The way back from a release, whatever is in motion, and who is named for it. */
class WayBackTest extends TwoReleases {
    @Test
    void theAuditNamesWhoRolledBackAndWhy() {
        serving(rollouts -> {
            rollouts.start(plan(second, "", "PT30M"), "ada", "newer");
            await(rollouts, rollout -> rollout.state() == State.SETTLING);
            rollouts.rollback(second.id(), "bob", "complaints");
        });
        assertThat(audit.lines)
                .anyMatch(line -> line.startsWith("ada | release.live | " + second.id()));
        assertThat(evidence("bob | release.live | " + first.id()))
                .containsEntry("previous", second.id())
                .containsEntry("reason", "rolled back by bob: complaints");
        try (ReleaseStore releases = ReleaseStore.open(home.registry())) {
            LiveChange last = releases.history(1).getFirst();
            assertThat(last.who()).isEqualTo("bob");
            assertThat(last.reason()).isEqualTo("rolled back by bob: complaints");
        }
    }

    @Test
    void aRollbackOfWhatIsNoLongerWarmSaysSoToo() {
        serving(rollouts -> {
            rollouts.promote(second.id(), "ada", "newer");
            await(rollouts, ended());
            rollouts.rollback(second.id(), "bob", "complaints");
        });
        assertThat(evidence("bob | release.live | " + first.id()))
                .containsEntry("reason", "rolled back by bob: complaints");
        assertThat(evidence("ada | release.live | " + second.id()))
                .containsEntry("reason", "newer");
    }

    @Test
    void goingBackTwiceNeverComesBackToWhatWasTakenBack() throws IOException {
        Release third = third();
        serving(rollouts -> {
            rollouts.promote(second.id(), "ada", "newer");
            rollouts.start(plan(third, "", "PT30M"), "ada", "newest");
            await(rollouts, rollout -> rollout.state() == State.SETTLING);
            assertThat(rollouts.rollback(third.id(), "bob", "no good")).isEqualTo(second.id());
            await(rollouts, ended());
            assertThat(rollouts.rollback(second.id(), "bob", "nor that")).isEqualTo(first.id());
            assertThatThrownBy(() -> rollouts.rollback(first.id(), "bob", "nor this"))
                    .hasMessageContaining("nothing to go back to")
                    .hasMessageContaining("taken back itself");
            assertThat(rollouts.id()).contains(first.id());
            rollouts.promote(second.id(), "ada", "mended");
            rollouts.promote(third.id(), "ada", "mended too");
            assertThat(rollouts.rollback(third.id(), "bob", "after all"))
                    .as("what was made live by name since is no longer taken back")
                    .isEqualTo(second.id());
        });
    }

    @Test
    void whoeverRollsBackTheCandidateEndsItsRolloutAlone() {
        serving(rollouts -> {
            rollouts.start(plan(stage("CANARY", 20)), "ada", "try it");
            await(rollouts, rollout -> rollout.state() == State.CANARY);
            assertThat(rollouts.rollback(second.id(), "bob", "no good")).isEqualTo(first.id());
            await(rollouts, ended());
            Rollout end = rollouts.rollout().orElseThrow();
            assertThat(end.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(end.reason()).contains("bob", "no good");
            assertThat(rollouts.id()).contains(first.id());
        });
    }

    @Test
    void whoeverRollsBackWhatIsLiveEndsWhatIsInMotionBesideIt() {
        serving(rollouts -> {
            rollouts.promote(second.id(), "ada", "newer");
            await(rollouts, ended());
            rollouts.start(plan(first, stage("CANARY", 20), "PT0S"), "ada", "try the old one");
            await(rollouts, rollout -> rollout.state() == State.CANARY);
            assertThat(rollouts.rollback(second.id(), "bob", "no good")).isEqualTo(first.id());
            assertThat(rollouts.id()).contains(first.id());
            assertThat(rollouts.list(2).getLast().state()).isEqualTo(State.ABORTED);
        });
    }

    @Test
    void aSwitchAndTheWayBackAreAtOnce() {
        serving(rollouts -> {
            rollouts.promote(second.id(), "ada", "by hand");
            assertThat(rollouts.id()).contains(second.id());
            assertThat(rollouts.rollback(second.id(), "bob", "no good")).isEqualTo(first.id());
            assertThat(rollouts.id()).contains(first.id());
            // While it still goes back, who asks again is told the same.
            await(rollouts, ended());
            assertThatThrownBy(() -> rollouts.rollback(second.id(), "bob", "again"))
                    .hasMessageContaining("is not live");
        });
        assertThat(audit.lines)
                .anyMatch(line -> line.startsWith("bob | release.live | " + first.id()));
    }
}
