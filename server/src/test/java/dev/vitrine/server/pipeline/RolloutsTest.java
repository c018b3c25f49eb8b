package dev.vitrine.server.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.config.ConfigReader;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.rollout.ArmMark;
import dev.vitrine.server.rollout.ComparedAnswers;
import dev.vitrine.server.rollout.Interposed;
import dev.vitrine.server.rollout.RolloutSettings;
import dev.vitrine.server.rollout.Visitor;
import dev.vitrine.server.wiring.RecordedRequests;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** Two releases of one shop, and what becomes of the second under a plan. */
class RolloutsTest extends TwoReleases {
    @Test
    void aGoodReleaseGoesThroughItsStagesAndIsLive() {
        serving(rollouts -> {
            rollouts.start(plan(stage("CANARY", 20) + "," + stage("RAMP", 60)), "ada", "try it");
            Map<String, Integer> answers =
                    shop(rollouts, (candidate, request) -> ten(request), ended());
            Rollout end = rollouts.rollout().orElseThrow();
            assertThat(end.state()).as(end.reason()).isEqualTo(State.PROMOTED);
            assertThat(rollouts.id()).contains(second.id());
            assertThat(end.history())
                    .extracting(Rollout.Moment::state)
                    .containsSubsequence(
                            State.LOADING,
                            State.CANARY,
                            State.RAMP,
                            State.PROMOTING,
                            State.SWITCHING,
                            State.SETTLING,
                            State.PROMOTED);
            assertThat(answers).containsKeys(first.id(), second.id());
        });
        assertThat(audit.lines)
                .anyMatch(line -> line.startsWith("ada | rollout.loading"))
                .anyMatch(line -> line.contains("| release.live | " + second.id()));
        serving(rollouts -> {
            assertThat(rollouts.id()).contains(second.id());
            assertThat(rollouts.list(10)).hasSize(1);
        });
    }

    @Test
    void aReleaseAnswersWhatWasAskedLastBeforeItAnswersAnybody() {
        serving(rollouts -> {
            RecordedRequests recorded = new RecordedRequests();
            List<String> warmed = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 5_000; i++) {
                boolean fails = i % 80 == 0;
                recorded.heard(release -> {
                    if (fails) {
                        throw new IllegalStateException("as it did for whoever asked");
                    }
                    assertThat(rollouts.id()).contains(first.id());
                    warmed.add(release.id());
                });
            }
            rollouts.warmBy(recorded::warm);
            rollouts.promote(second.id(), "ada", "newer");
            assertThat(rollouts.id()).contains(second.id());
            assertThat(warmed).hasSizeBetween(200, 256).containsOnly(second.id());
        });
    }

    @Test
    void whatTrainingMadeGoesThroughStagesWhereThatIsAsked() {
        serving(rollouts -> {
            RolloutSettings staged =
                    ConfigReader.parse(
                            "{\"afterTraining\":\"STAGED\",\"stages\":["
                                    + stage("CANARY", 20)
                                    + "]}",
                            "rollout",
                            RolloutSettings.class);
            rollouts.trained(second.id(), staged, "training");
            Rollout begun = rollouts.rollout().orElseThrow();
            assertThat(begun.plan().stages()).hasSize(1);
            assertThat(rollouts.id()).contains(first.id());
            rollouts.trained(first.id(), RolloutSettings.defaults(), "training");
            rollouts.trained(second.id(), staged, "training");
            assertThat(rollouts.rollout().orElseThrow().id())
                    .as("another one waits while one is in motion")
                    .isEqualTo(begun.id());
        });
    }

    @Test
    void oneThatFailsNowAndThenIsTakenBackAndOnlyItsVisitorsMetIt() {
        serving(rollouts -> {
            rollouts.start(plan(stage("CANARY", 20)), "ada", "try it");
            Map<String, Integer> answers =
                    shop(
                            rollouts,
                            (candidate, request) -> {
                                if (candidate && request % 50 == 0) {
                                    throw new IllegalStateException("sabotage");
                                }
                                return ten(request);
                            },
                            ended());
            Rollout end = rollouts.rollout().orElseThrow();
            assertThat(end.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(end.reason()).contains("errors");
            assertThat(rollouts.id()).contains(first.id());
            int all = answers.values().stream().mapToInt(Integer::intValue).sum();
            assertThat(answers.get(second.id())).isLessThan(all * 3 / 10);
        });
    }

    @Test
    void oneThatFailsInAPauseIsTakenBackInThePause() {
        serving(rollouts -> {
            String id = rollouts.start(plan(stage("CANARY", 20)), "ada", "try it").id();
            await(rollouts, rollout -> rollout.state() == State.CANARY);
            rollouts.pause(id, "ada", "lunch");
            shop(
                    rollouts,
                    (candidate, request) -> {
                        if (candidate && request % 20 == 0) {
                            throw new IllegalStateException("sabotage");
                        }
                        return ten(request);
                    },
                    ended());
            Rollout end = rollouts.rollout().orElseThrow();
            assertThat(end.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(end.reason()).contains("errors");
            assertThat(end.history())
                    .extracting(Rollout.Moment::state)
                    .containsExactly(
                            State.LOADING,
                            State.CANARY,
                            State.PAUSED,
                            State.ROLLING_BACK,
                            State.ROLLED_BACK);
        });
        assertThat(evidence("vitrine | rollout.rolling-back").get("checks"))
                .contains("errors fail");
        assertThat(evidence("ada | rollout.loading").get("plan")).contains("\"CANARY\"");
    }

    @Test
    void aGoodReleaseIsNotStoppedByALongPauseInWhichItIsSeen() {
        serving(rollouts -> {
            String id = rollouts.start(plan(stage("CANARY", 20)), "ada", "try it").id();
            await(rollouts, rollout -> rollout.state() == State.CANARY);
            rollouts.pause(id, "ada", "lunch");
            shop(
                    rollouts,
                    (candidate, request) -> ten(request),
                    rollout -> rollout.verdict().requests() > 2_500);
            assertThat(rollouts.rollout().orElseThrow().state()).isEqualTo(State.PAUSED);
            rollouts.resume(id, "ada");
            shop(rollouts, (candidate, request) -> ten(request), ended());
            assertThat(rollouts.rollout().orElseThrow().state()).isEqualTo(State.PROMOTED);
        });
    }

    @Test
    void whatSettlesHasEndedWhenAnotherBegins() {
        serving(rollouts -> {
            String id = rollouts.start(plan(second, "", "PT30M"), "ada", "newer").id();
            await(rollouts, rollout -> rollout.state() == State.SETTLING);
            rollouts.start(plan(first, stage("CANARY", 20), "PT0S"), "ada", "try the old one");
            Rollout before = rollouts.list(2).getLast();
            assertThat(before.id()).isEqualTo(id);
            assertThat(before.state()).isEqualTo(State.PROMOTED);
        });
        assertThat(evidence("vitrine | rollout.promoted | "))
                .containsEntry("candidate", second.id());
    }

    @Test
    void aPlanForASiteThatNobodyIsAtIsRefused() {
        serving(rollouts ->
                assertThatThrownBy(() ->
                                rollouts.start(
                                        RolloutPlan.parse(
                                                "{\"release\":\""
                                                        + second.id()
                                                        + "\",\"stages\":[{\"kind\":\"canary\","
                                                        + "\"percent\":5,\"audience\":"
                                                        + "{\"sites\":[\"north\"]}}]}",
                                                "plan"),
                                        "ada",
                                        ""))
                        .hasMessageContaining("no node is at site 'north'; none has a site"));
    }

    @Test
    void oneThatIsEmptyForAGroupIsTakenBackForThatGroup() {
        serving(rollouts -> {
            RolloutPlan asked =
                    RolloutPlan.parse(
                            "{\"release\":\""
                                    + second.id()
                                    + "\",\"stages\":["
                                    + stage("CANARY", 20)
                                    + "],\"judge\":{\"groups\":[\"known\",\"new\"]}}",
                            "plan");
            rollouts.start(asked, "ada", "try it");
            shop(
                    rollouts,
                    (candidate, request) ->
                            candidate && request % 12 == 0 ? List.of() : ten(request),
                    ended());
            Rollout end = rollouts.rollout().orElseThrow();
            assertThat(end.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(end.reason()).contains("empty answers");
        });
    }

    @Test
    void aVisitorStaysWithOneReleaseAndTheArmsAreOfOneSize() {
        serving(rollouts -> {
            rollouts.start(plan(stage("CANARY", 25)), "ada", "try it");
            await(rollouts, rollout -> rollouts.table().orElseThrow().staged().isPresent());
            Map<String, String> placed = new HashMap<>();
            Map<String, Integer> arms = new HashMap<>();
            try (ComparedAnswers compared = new ComparedAnswers(rollouts, Interposed.NOTHING)) {
                for (int turn = 0; turn < 3; turn++) {
                    for (int v = 0; v < VISITORS; v++) {
                        String visitor = "v" + v;
                        String arm =
                                compared.answer(
                                        Visitor.of(visitor, "", () -> true),
                                        (release, mark) ->
                                                release.id()
                                                        + " "
                                                        + ArmMark.parse(mark)
                                                                .map(m -> m.group().name())
                                                                .orElse("LIVE"),
                                        seen -> new ComparedAnswers.Shown(List.of("x"), 1));
                        assertThat(placed.putIfAbsent(visitor, arm)).isIn(null, arm);
                        arms.merge(arm, 1, Integer::sum);
                    }
                }
            }
            assertThat(arms.keySet())
                    .containsExactlyInAnyOrder(
                            second.id() + " CANARY",
                            first.id() + " BASELINE",
                            first.id() + " LIVE");
            assertThat(arms.get(second.id() + " CANARY")).isBetween(1_250, 1_750);
            assertThat(arms.get(first.id() + " BASELINE")).isBetween(1_250, 1_750);
            rollouts.abort(rollouts.rollout().orElseThrow().id(), "ada", "enough");
            await(rollouts, ended());
            assertThat(rollouts.rollout().orElseThrow().state()).isEqualTo(State.ABORTED);
            assertThat(rollouts.lease().value().id()).isEqualTo(first.id());
        });
    }

    @Test
    void aRolloutGoesOnAfterARestartAndOnlyOneIsInMotion() {
        serving(rollouts -> {
            rollouts.start(plan(stage("CANARY", 20)), "ada", "try it");
            await(rollouts, rollout -> rollout.state() == State.CANARY);
            assertThatThrownBy(() -> rollouts.start(plan(""), "bob", "mine"))
                    .isInstanceOf(VitrineException.class)
                    .hasMessageContaining("begun by ada");
            String id = rollouts.rollout().orElseThrow().id();
            rollouts.pause(id, "ada", "lunch");
            assertThat(rollouts.rollout().orElseThrow().state()).isEqualTo(State.PAUSED);
            rollouts.resume(id, "ada");
        });
        serving(rollouts -> {
            assertThat(rollouts.rollout().orElseThrow().state()).isEqualTo(State.CANARY);
            shop(rollouts, (candidate, request) -> ten(request), ended());
            assertThat(rollouts.id()).contains(second.id());
        });
    }

    @Test
    void aShadowIsComparedAndNobodySeesIt() {
        serving(rollouts -> {
            rollouts.start(plan(stage("SHADOW", 50)), "ada", "look at it");
            SplittableRandom random = new SplittableRandom(3);
            try (ComparedAnswers compared = new ComparedAnswers(rollouts, Interposed.NOTHING)) {
                long end = System.nanoTime() + PATIENCE_NANOS;
                while (!rollouts.rollout().orElseThrow().state().isEnd()
                        && System.nanoTime() < end) {
                    String seen =
                            compared.answer(
                                    Visitor.of("v" + random.nextInt(VISITORS), "", () -> true),
                                    (release, arm) -> release.id(),
                                    id ->
                                            new ComparedAnswers.Shown(
                                                    List.of(
                                                            id.equals(first.id()) ? "a" : "b",
                                                            id.equals(first.id()) ? "c" : "d"),
                                                    1));
                    if (rollouts.rollout().orElseThrow().state() == State.SHADOW) {
                        assertThat(seen).isEqualTo(first.id());
                    }
                }
            }
            Rollout end = rollouts.rollout().orElseThrow();
            assertThat(end.state()).isEqualTo(State.ROLLED_BACK);
            assertThat(end.reason()).contains("of what is live's answers is in the candidate's");
        });
    }

    @Test
    void groupsAndSegmentsThatDoNotExistAreRefused() {
        serving(rollouts ->
                assertThatThrownBy(() ->
                                rollouts.start(
                                        RolloutPlan.parse(
                                                "{\"release\":\""
                                                        + second.id()
                                                        + "\",\"judge\":{\"groups\":[\"vips\"]}}",
                                                "plan"),
                                        "ada",
                                        ""))
                        .hasMessageContaining("no group 'vips'"));
    }

    @Test
    void aPinnedReleaseAnswersBesideWhatIsLiveUntilNobodyWantsIt() {
        serving(rollouts -> {
            rollouts.pin(second.id(), "ada");
            assertThat(rollouts.id()).contains(first.id());
            try (Lease<ServingRelease> lease = rollouts.lease(second.id()).orElseThrow()) {
                assertThat(lease.value().id()).isEqualTo(second.id());
            }
            rollouts.pin(first.id(), "ada");
            rollouts.yieldTo(() -> List.of("e1"));
            assertThatThrownBy(() -> rollouts.start(plan(stage("CANARY", 20)), "ada", "try it"))
                    .hasMessageContaining("experiment e1 name releases");
            rollouts.start(plan(""), "ada", "now");
            long end = System.nanoTime() + PATIENCE_NANOS;
            while (!rollouts.rollout().filter(ended()).isPresent() && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(rollouts.id()).contains(second.id());
            assertThat(rollouts.isOpen(first.id())).as("pinned").isTrue();
            rollouts.unpin(second.id());
            assertThat(rollouts.isOpen(second.id())).as("live").isTrue();
            rollouts.unpin(first.id());
            // The node may have to read first that the table holds it no longer.
            while (rollouts.isOpen(first.id()) && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(rollouts.isOpen(first.id())).isFalse();
            assertThatThrownBy(() -> rollouts.pin("20200101-000000-aaaaaaaaaaaa", "ada"))
                    .isInstanceOf(VitrineException.class);
            assertThat(rollouts.id()).contains(second.id());
        });
    }
}
