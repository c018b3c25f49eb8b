package dev.vitrine.deployment.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.deployment.rollout.RolloutEvent.Sighting;
import dev.vitrine.deployment.rollout.judge.Decision;
import dev.vitrine.deployment.rollout.judge.Evidence;
import dev.vitrine.deployment.rollout.judge.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Each state, its ways on and its limits. */
class RolloutMachineTest {
    private static final Leases LEASES =
            new Leases(Duration.ofSeconds(1), Duration.ofSeconds(60), .01);
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final RolloutMachine machine = new RolloutMachine(LEASES);
    private final List<RolloutAction> actions = new ArrayList<>();
    private Slots slots = Slots.of("shop", "old");
    private Optional<Rollout> overtaken = Optional.empty();
    private Instant now = Instant.parse("2026-01-05T10:00:00Z");

    @Test
    void aGoodReleaseGoesAllTheWay() {
        start(plan("CANARY 5", "RAMP 50"));
        assertThat(actions).contains(new RolloutAction.Load("new"));
        assertThat(state()).isEqualTo(State.LOADING);
        tick(node("a", "old"), node("b", "old", "new"));
        assertThat(state()).isEqualTo(State.LOADING);
        tickAll();
        assertThat(state()).isEqualTo(State.CANARY);
        assertThat(actions).contains(new RolloutAction.Route("new", .05));
        assertThat(slots.routing().live()).isEqualTo("old");
        pass(1_000);
        tickAll();
        assertThat(state()).isEqualTo(State.RAMP);
        assertThat(slots.routing().staged().orElseThrow().share()).isEqualTo(.5);
        pass(1_000);
        tickAll();
        assertThat(state()).isEqualTo(State.PROMOTING);
        tickAll();
        assertThat(state()).isEqualTo(State.SWITCHING);
        assertThat(slots.routing().switching()).isTrue();
        assertThat(slots.routing().live()).isEqualTo("old");
        tickAll();
        assertThat(state()).isEqualTo(State.SETTLING);
        assertThat(slots.routing().live()).isEqualTo("new");
        assertThat(slots.routing().hold()).containsExactly("new", "old");
        assertThat(actions)
                .contains(new RolloutAction.SetLive("old", "new", slots.routing().epoch()));
        forward(Duration.ofMinutes(31));
        assertThat(state()).isEqualTo(State.PROMOTED);
        assertThat(slots.routing().hold()).containsExactly("new");
    }

    @Test
    void noDataNeverPasses() {
        start(plan("CANARY 5"));
        tickAll();
        forward(Duration.ofHours(3));
        assertThat(state()).isEqualTo(State.CANARY);
        pass(999);
        forward(Duration.ofHours(3));
        assertThat(state()).isEqualTo(State.CANARY);
        forward(Duration.ofHours(20));
        assertThat(state()).isEqualTo(State.ROLLED_BACK);
        assertThat(rollout().reason()).contains("has not passed within PT24H");
        assertThat(slots.routing().live()).isEqualTo("old");
    }

    @Test
    void aFailureRollsBackAtOnceAlsoInAPause() {
        start(plan("CANARY 5"));
        tickAll();
        step(new RolloutEvent.Pause("kim", "lunch"));
        assertThat(state()).isEqualTo(State.PAUSED);
        assertThat(slots.routing().staged()).isPresent();
        judge(Decision.FAIL, 400);
        assertThat(state()).isEqualTo(State.ROLLING_BACK);
        assertThat(slots.routing().staged()).isEmpty();
        assertThat(actions).contains(new RolloutAction.Withdraw("new"));
        assertThat(slots.routing().hold()).contains("new");
        tickAll();
        assertThat(state()).isEqualTo(State.ROLLED_BACK);
        assertThat(slots.routing().hold()).containsExactly("old");
        assertThat(rollout().reason()).contains("found").contains("400 requests");
    }

    @Test
    void verdictsOnAnotherStageSayNothing() {
        start(plan("CANARY 5", "RAMP 50"));
        tickAll();
        pass(1_000);
        tickAll();
        Slots before = slots;
        step(new RolloutEvent.Judged(0, evidence(), verdict(Decision.FAIL, 5), false));
        assertThat(slots).isSameAs(before);
    }

    @Test
    void whatWasSeenOfOneStageDoesNotPassTheNext() {
        start(plan("CANARY 5", "RAMP 50"));
        tickAll();
        pass(1_000);
        tickAll();
        assertThat(state()).isEqualTo(State.RAMP);
        tickAll();
        tickAll();
        assertThat(state()).isEqualTo(State.RAMP);
        assertThat(rollout().verdict().requests()).isZero();
    }

    @Test
    void oneNodeThatRefusesIsEnough() {
        start(plan("CANARY 5"));
        tick(node("a", "old", "new"), refusing("b"));
        assertThat(state()).isEqualTo(State.ROLLING_BACK);
        tickAll();
        assertThat(state()).isEqualTo(State.FAILED);
        assertThat(rollout().reason()).contains("node b refuses release new: bad signature");
    }

    @Test
    void nothingSwitchesUntilAllPromise() {
        start(plan());
        tickAll();
        tickAll();
        assertThat(state()).isEqualTo(State.SWITCHING);
        Sighting late =
                new Sighting(
                        new NodeReport(
                                "b",
                                1,
                                9,
                                slots.routing().epoch() - 1,
                                false,
                                new TreeSet<>(Set.of("old", "new")),
                                new TreeMap<>(),
                                Optional.empty()),
                        Duration.ofMillis(900));
        tick(node("a", "old", "new"), late);
        assertThat(state()).isEqualTo(State.SWITCHING);
        for (int i = 0; i < 6; i++) {
            tick(node("a", "old", "new"), late);
        }
        assertThat(state()).isEqualTo(State.PROMOTING);
        assertThat(slots.routing().switching()).isFalse();
        assertThat(slots.routing().live()).isEqualTo("old");
    }

    @Test
    void aPromiseHoldsWhenItsNodeFallsSilent() {
        start(plan());
        tickAll();
        tickAll();
        assertThat(state()).isEqualTo(State.SWITCHING);
        tick(node("a", "old", "new"), silent("b", Duration.ofSeconds(3)));
        assertThat(state()).isEqualTo(State.SETTLING);
    }

    @Test
    void aNodeThatIsGoneIsNotWaitedFor() {
        start(plan());
        long before = slots.routing().epoch() - 1;
        tick(node("a", "old", "new"), silent("b", Duration.ofSeconds(61), before));
        assertThat(state()).isEqualTo(State.PROMOTING);
        tick(node("a", "old", "new"), silent("b", Duration.ofMillis(61_100), before));
        assertThat(state()).as("its clock may be slow").isEqualTo(State.PROMOTING);
        tick(node("a", "old", "new"), silent("b", Duration.ofSeconds(62), before));
        assertThat(state()).isEqualTo(State.SWITCHING);
        tick(node("a", "old", "new"), silent("b", Duration.ofSeconds(63), before));
        assertThat(state()).isEqualTo(State.SETTLING);
    }

    @Test
    void aSwitchThatNeverGathersItsNodesEnds() {
        start(plan());
        tickAll();
        assertThat(state()).isEqualTo(State.PROMOTING);
        for (int i = 0; i < 3_000 && !rollout().state().isEnd(); i++) {
            // Node b comes and goes: there when it is asked for, never promising.
            Sighting b =
                    state() == State.SWITCHING
                            ? silent("b", Duration.ofMillis(500), slots.routing().epoch() - 1)
                            : node("b", "old", "new");
            tick(node("a", "old", "new"), b);
        }
        assertThat(state()).isEqualTo(State.FAILED);
        assertThat(rollout().reason()).contains("at hand within PT15M");
        assertThat(slots.routing().live()).isEqualTo("old");
    }

    @Test
    void rollbackAfterTheSwitchIsOneWrite() {
        toSettling();
        long epoch = slots.routing().epoch();
        step(new RolloutEvent.Rollback("back", "kim", "complaints"));
        assertThat(slots.routing().live()).isEqualTo("old");
        assertThat(slots.routing().epoch()).isEqualTo(epoch + 1);
        assertThat(state()).isEqualTo(State.ROLLING_BACK);
        assertThat(slots.routing().hold()).containsExactly("new", "old");
        tickAll();
        assertThat(state()).isEqualTo(State.ROLLED_BACK);
        assertThat(slots.routing().hold()).containsExactly("old");
    }

    @Test
    void rollbackOfWhatIsNoLongerWarmLoadsItAgain() {
        toSettling();
        forward(Duration.ofMinutes(31));
        assertThat(state()).isEqualTo(State.PROMOTED);
        step(new RolloutEvent.Rollback("back", "kim", "complaints"));
        assertThat(rollout().id()).isEqualTo("back");
        assertThat(rollout().candidate()).isEqualTo("old");
        for (int i = 0; i < 4; i++) {
            tickAll();
        }
        assertThat(slots.routing().live()).isEqualTo("old");
    }

    @Test
    void ofTwoThatBeginOneIsTold() {
        start(plan("CANARY 5"));
        assertThatThrownBy(() -> step(new RolloutEvent.Start("other", plan(), "lee")))
                .hasMessageContaining("rollout first of release new, begun by kim, is LOADING");
    }

    @Test
    void aStartThatComesTwiceBeginsOnce() {
        start(plan("CANARY 5"));
        step(new RolloutEvent.Abort("kim", "no"));
        tickAll();
        assertThat(state()).isEqualTo(State.ABORTED);
        assertThatThrownBy(() -> start(plan("CANARY 5"))).hasMessageContaining("was begun already");
    }

    @Test
    void aNewOneMayBeginWhileTheLastSettles() {
        toSettling();
        step(new RolloutEvent.Start("second", RolloutPlan.immediate("newer"), "kim"));
        assertThat(slots.routing().hold()).containsExactly("new", "newer");
        assertThat(slots.routing().live()).isEqualTo("new");
        Rollout before = overtaken.orElseThrow();
        assertThat(before.id()).isEqualTo("first");
        assertThat(before.state()).as("nobody would end it later").isEqualTo(State.PROMOTED);
        assertThat(before.reason()).contains("until rollout second");
        tickAll();
        assertThat(overtaken).isEmpty();
    }

    @Test
    void aRampOfAllIsTheSwitch() {
        start(plan("CANARY 5", "RAMP 50", "RAMP 100"));
        tickAll();
        pass(1_000);
        tickAll();
        pass(1_000);
        tickAll();
        assertThat(state()).isEqualTo(State.PROMOTING);
        assertThat(slots.routing().staged().orElseThrow().share()).isEqualTo(.5);
        tickAll();
        tickAll();
        assertThat(state()).isEqualTo(State.SETTLING);
    }

    @Test
    void whatIsInMotionFailsWhenWhatIsLiveIsRefused() {
        start(plan("CANARY 5"));
        tickAll();
        long epoch = slots.routing().epoch();
        RolloutStep step = RolloutMachine.replaced(slots, "older", "release old was refused", now);
        Rollout rollout = step.next().rollout().orElseThrow();
        assertThat(rollout.state()).isEqualTo(State.FAILED);
        assertThat(rollout.reason()).contains("old was refused");
        assertThat(step.next().version()).isEqualTo(slots.version() + 1);
        assertThat(step.next().routing().epoch()).isEqualTo(epoch + 1);
        assertThat(step.next().routing().hold()).containsExactly("older");
        assertThat(step.next().routing().staged()).isEmpty();
        assertThat(step.actions())
                .contains(new RolloutAction.SetLive("old", "older", epoch + 1))
                .anyMatch(action ->
                        action instanceof RolloutAction.Audit audit
                                && audit.what().equals("first FAILED"));
        RolloutStep again = RolloutMachine.replaced(step.next(), "oldest", "again", now);
        assertThat(again.next().rollout()).as("what ended stays as it is").contains(rollout);
    }

    @Test
    void closedHoursAreNotCountedIntoTheLongestTime() {
        Audience office = new Audience(null, null, List.of(from9to11()));
        start(
                new RolloutPlan(
                        "new",
                        List.of(
                                new Stage(
                                        Stage.Kind.CANARY,
                                        5,
                                        office,
                                        1_000,
                                        Duration.ofHours(1),
                                        Duration.ofHours(2))),
                        RolloutPlan.of("new").judge(),
                        RolloutPlan.Limits.defaults()));
        tickAll();
        forward(Duration.ofHours(23));
        assertThat(state()).as("an hour of two was open").isEqualTo(State.CANARY);
        forward(Duration.ofHours(2));
        assertThat(state()).isEqualTo(State.ROLLED_BACK);
    }

    @Test
    void rowsOfBeforeAimsAndSitesAreRead() {
        start(plan("CANARY 5"));
        String stored = SlotsJson.write(slots).substring(8);
        assertThat(stored).contains("\"aim\":null,");
        Slots read = SlotsJson.read(sealed(stored.replace("\"aim\":null,", "")));
        assertThat(read.rollout().orElseThrow().isBack()).isFalse();
        String report = SlotsJson.write(node("a", "old").report()).substring(8);
        assertThat(report).contains(",\"site\":null");
        assertThat(SlotsJson.readReport(sealed(report.replace(",\"site\":null", ""))).site())
                .isEmpty();
    }

    private static String sealed(String json) {
        CRC32C sum = new CRC32C();
        sum.update(json.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) sum.getValue()) + json;
    }

    private static TimeWindow from9to11() {
        return new TimeWindow(
                null, java.time.LocalTime.of(9, 0), java.time.LocalTime.of(11, 0), "UTC");
    }

    @Test
    void aPauseComesBackToWhereItWas() {
        start(plan("CANARY 5", "RAMP 50"));
        tickAll();
        pass(1_000);
        tickAll();
        step(new RolloutEvent.Pause("kim", "lunch"));
        forward(Duration.ofHours(5));
        assertThat(state()).isEqualTo(State.PAUSED);
        step(new RolloutEvent.Resume("kim"));
        assertThat(state()).isEqualTo(State.RAMP);
        assertThat(rollout().stage()).isEqualTo(1);
        assertThatThrownBy(() -> step(new RolloutEvent.Resume("kim")))
                .hasMessageContaining("is RAMP and cannot be resumed");
        step(new RolloutEvent.Pause("kim", "dinner"));
        forward(Duration.ofHours(20));
        assertThat(state()).isEqualTo(State.ROLLED_BACK);
        assertThat(rollout().reason()).contains("paused for longer than PT24H");
    }

    @Test
    void outsideItsWindowAStageRoutesNobody() {
        Audience office = new Audience(null, null, List.of(from9to11()));
        start(
                new RolloutPlan(
                        "new",
                        List.of(
                                new Stage(
                                        Stage.Kind.CANARY,
                                        5,
                                        office,
                                        1_000,
                                        Duration.ofHours(2),
                                        Duration.ofDays(3))),
                        RolloutPlan.of("new").judge(),
                        RolloutPlan.Limits.defaults()));
        tickAll();
        assertThat(slots.routing().staged()).isPresent();
        forward(Duration.ofHours(1));
        assertThat(slots.routing().staged()).isEmpty();
        pass(1_000);
        forward(Duration.ofHours(21));
        assertThat(state()).as("an hour of two was open").isEqualTo(State.CANARY);
        forward(Duration.ofHours(2));
        assertThat(state()).isNotEqualTo(State.CANARY);
    }

    @Test
    void aClockThatJumpsPassesForAMinuteAtMost() {
        start(plan("CANARY 5"));
        tickAll();
        pass(1_000);
        now = now.plus(Duration.ofDays(10));
        tickAll();
        assertThat(state()).isEqualTo(State.CANARY);
        now = now.minus(Duration.ofDays(100));
        tickAll();
        assertThat(state()).isEqualTo(State.CANARY);
        forward(Duration.ofMinutes(11));
        assertThat(state()).isEqualTo(State.SETTLING);
    }

    @Test
    void whatIsStoredIsReadBackAndWhatWasCutOffIsNot() {
        start(RolloutPlan.of("new"));
        tickAll();
        String stored = SlotsJson.write(slots);
        Slots read = SlotsJson.read(stored);
        assertThat(SlotsJson.write(read)).isEqualTo(stored);
        assertThat(read.routing()).isEqualTo(slots.routing());
        assertThat(read.rollout().orElseThrow().times()).isEqualTo(rollout().times());
        for (int cut = 0; cut < stored.length(); cut += 97) {
            String torn = stored.substring(0, cut);
            assertThatThrownBy(() -> SlotsJson.read(torn)).hasMessageContaining("cut off");
        }
    }

    private void toSettling() {
        start(plan());
        tickAll();
        tickAll();
        tickAll();
        assertThat(state()).isEqualTo(State.SETTLING);
    }

    private static RolloutPlan plan(String... stages) {
        List<Stage> list = new ArrayList<>();
        for (String stage : stages) {
            list.add(
                    new Stage(
                            Stage.Kind.valueOf(stage.split(" ")[0]),
                            Double.parseDouble(stage.split(" ")[1]),
                            Audience.everybody(),
                            1_000,
                            stages.length > 1 ? Duration.ZERO : Duration.ofMinutes(10),
                            Duration.ofDays(1)));
        }
        return new RolloutPlan(
                "new", list, RolloutPlan.of("new").judge(), RolloutPlan.Limits.defaults());
    }

    private void start(RolloutPlan plan) {
        step(new RolloutEvent.Start("first", plan, "kim"));
    }

    private void pass(long requests) {
        judge(Decision.PASS, requests);
    }

    private void judge(Decision decision, long requests) {
        step(
                new RolloutEvent.Judged(
                        rollout().stage(), evidence(), verdict(decision, requests), false));
    }

    private Evidence evidence() {
        return Evidence.none(rollout().plan().judge());
    }

    private static Verdict verdict(Decision decision, long requests) {
        return new Verdict(decision, "found", requests, List.of());
    }

    private void step(RolloutEvent event) {
        RolloutStep step = machine.step(slots, event, now);
        if (step.next().version() != slots.version()) {
            assertThat(step.next().version()).isEqualTo(slots.version() + 1);
        }
        slots = step.next();
        overtaken = step.overtaken();
        actions.addAll(step.actions());
    }

    private void forward(Duration time) {
        for (long s = 0; s < time.toSeconds(); s += 60) {
            now = now.plusSeconds(59);
            tickAll();
        }
    }

    private void tickAll() {
        String[] all = slots.routing().hold().toArray(String[]::new);
        tick(node("a", all), node("b", all));
    }

    private void tick(Sighting... nodes) {
        now = now.plus(SECOND);
        step(new RolloutEvent.Tick(List.of(nodes)));
    }

    private Sighting node(String name, String... ready) {
        return new Sighting(
                report(name, slots.routing().epoch(), new TreeMap<>(), ready), SECOND.dividedBy(4));
    }

    private Sighting silent(String name, Duration time) {
        return silent(name, time, slots.routing().epoch());
    }

    private Sighting silent(String name, Duration time, long epoch) {
        return new Sighting(report(name, epoch, new TreeMap<>(), "old", "new"), time);
    }

    private Sighting refusing(String name) {
        SortedMap<String, String> failed = new TreeMap<>();
        failed.put("new", "bad signature");
        return new Sighting(
                report(name, slots.routing().epoch(), failed, "old"), Duration.ofMillis(100));
    }

    private NodeReport report(
            String name, long epoch, SortedMap<String, String> failed, String... ready) {
        return new NodeReport(
                name,
                1,
                7,
                epoch,
                slots.routing().switching() && epoch == slots.routing().epoch(),
                new TreeSet<>(Set.of(ready)),
                failed,
                Optional.empty());
    }

    private State state() {
        return rollout().state();
    }

    private Rollout rollout() {
        return slots.rollout().orElseThrow();
    }
}
