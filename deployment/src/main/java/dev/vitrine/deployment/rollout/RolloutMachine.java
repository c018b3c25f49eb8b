package dev.vitrine.deployment.rollout;

import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.deployment.rollout.RolloutEvent.Sighting;
import dev.vitrine.deployment.rollout.judge.Decision;
import dev.vitrine.deployment.rollout.judge.Evidence;
import dev.vitrine.deployment.rollout.judge.Verdict;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The rollout as a pure state machine over one row of the registry.
 *
 * <pre>
 * LOADING -> SHADOW -> CANARY -> RAMP -> PROMOTING -> SWITCHING -> SETTLING -> PROMOTED
 *     \________\_________\________\__________\___________\ (not after) |
 *      any of these, or PAUSED: ROLLING_BACK <--------------------------+
 *                               -> ROLLED_BACK, ABORTED or FAILED
 * </pre>
 *
 * <p>The switch has two phases. A table that says <em>switching</em> makes every node that follows
 * it stop answering soon after it no longer hears from the registry. Once every node has said that
 * it follows that table, or has been silent for longer than any node may answer, one
 * compare-and-set makes the candidate live: that is the decision. It cannot fail halfway, and each
 * node either learns it or stops.
 *
 * <p>Every state but the ends has a limit of time.
 */
public final class RolloutMachine {
    /** More time than this between two steps counts as this much. */
    public static final Duration LONGEST_STEP = Duration.ofMinutes(1);

    /** Less time than this is not worth a write. */
    static final Duration SHORTEST_STEP = Duration.ofSeconds(1);

    /** Leases that a switch waits for promises, before it is called off and tried again. */
    private static final int LEASES_TO_SWITCH = 5;

    private static final String ITSELF = "vitrine";

    private final Leases leases;

    public RolloutMachine(Leases leases) {
        this.leases = leases;
    }

    /**
     * What an event makes of a row.
     *
     * @param now the registry's clock, so that there is one
     * @throws VitrineException ROLLOUT_CONFLICT, ROLLOUT_NOT_FOUND or ROLLOUT_STATE when a command
     *     does not fit; other events never throw
     */
    public RolloutStep step(Slots slots, RolloutEvent event, Instant now) {
        return switch (event) {
            case RolloutEvent.Start start -> start(slots, start, now);
            case RolloutEvent.Command command ->
                    command(new Draft(slots, inMotion(slots, command), now), command);
            case RolloutEvent.Tick tick ->
                    slots.rollout().isEmpty() || slots.rollout().get().state().isEnd()
                            ? new RolloutStep(slots, List.of())
                            : tick(new Draft(slots, slots.rollout().get(), now), tick.nodes());
            case RolloutEvent.Judged judged -> judged(slots, judged, now);
        };
    }

    private RolloutStep start(Slots slots, RolloutEvent.Start start, Instant now) {
        Optional<Rollout> other = slots.rollout();
        if (other.isPresent() && other.get().id().equals(start.id())) {
            throw new VitrineException(
                    RolloutError.ROLLOUT_CONFLICT,
                    "rollout " + start.id() + " was begun already, by " + other.get().who());
        }
        if (other.isPresent() && other.get().isInMotion()) {
            throw new VitrineException(
                    RolloutError.ROLLOUT_CONFLICT,
                    "rollout "
                            + other.get().id()
                            + " of release "
                            + other.get().candidate()
                            + ", begun by "
                            + other.get().who()
                            + ", is "
                            + other.get().state()
                            + "; end it first");
        }
        String live = slots.routing().live();
        if (start.plan().release().equals(live)) {
            throw new VitrineException(
                    RolloutError.ROLLOUT_CONFLICT, "release " + live + " is live already");
        }
        Rollout begun =
                new Rollout(
                        Refusal.name("id", start.id()),
                        start.plan(),
                        live,
                        start.who(),
                        start.aim(),
                        State.LOADING,
                        0,
                        Optional.empty(),
                        Optional.empty(),
                        "begun by " + start.who(),
                        new Rollout.Times(now, Duration.ZERO, Duration.ZERO, Duration.ZERO),
                        Evidence.none(start.plan().judge()),
                        Verdict.nothing(),
                        false,
                        List.of());
        Draft draft = new Draft(slots, begun, now);
        draft.enter(State.LOADING, 0, start.who(), "begun by " + start.who());
        draft.route(live, Optional.empty(), false, held(live, start.plan().release()));
        other.filter(settling -> !settling.state().isEnd())
                .ifPresent(settling -> overtake(draft, settling));
        return draft.done();
    }

    /** One that settles leaves the row to the next, and has ended: nobody would end it later. */
    private static void overtake(Draft draft, Rollout settling) {
        Draft old = new Draft(draft.slots, settling, draft.now);
        old.enter(
                State.PROMOTED,
                settling.stage(),
                ITSELF,
                "live until rollout " + draft.rollout.id() + " of another release began");
        draft.actions.addAll(0, old.actions);
        draft.overtaken = Optional.of(old.rollout);
    }

    /**
     * What becomes of a row that says what can't be so: what was live is refused, or something else
     * became live while nobody followed the table. What is in motion compares with a release that
     * answers no more, so it fails.
     *
     * @param live what answers everybody from now on
     */
    public static RolloutStep replaced(Slots slots, String live, String why, Instant now) {
        Routing routing = slots.routing().next(live, Optional.empty(), false, held(live));
        Optional<Rollout> rollout = slots.rollout();
        List<RolloutAction> actions =
                new ArrayList<>(RolloutAction.between(slots.routing(), routing));
        if (rollout.isPresent() && !rollout.get().state().isEnd()) {
            Draft draft = new Draft(slots, rollout.get(), now);
            draft.enter(State.FAILED, draft.rollout.stage(), ITSELF, why);
            actions.addAll(draft.actions);
            rollout = Optional.of(draft.rollout);
        }
        return new RolloutStep(
                new Slots(slots.config(), slots.version() + 1, routing, rollout), actions);
    }

    private static Rollout inMotion(Slots slots, RolloutEvent.Command command) {
        return slots.rollout()
                .orElseThrow(() ->
                        new VitrineException(
                                RolloutError.ROLLOUT_NOT_FOUND,
                                "there is no rollout of "
                                        + slots.config()
                                        + " for "
                                        + command.who()
                                        + " to act on"));
    }

    private RolloutStep command(Draft draft, RolloutEvent.Command command) {
        State state = draft.rollout.state();
        int stage = draft.rollout.stage();
        switch (command) {
            case RolloutEvent.Pause pause -> {
                refuseUnless(
                        state.isStage() || state == State.LOADING || state == State.PROMOTING,
                        draft,
                        "paused");
                draft.enter(State.PAUSED, stage, pause.who(), pause.why());
                draft.rollout = draft.rollout.pausedFrom(state);
            }
            case RolloutEvent.Resume resume -> {
                refuseUnless(state == State.PAUSED, draft, "resumed");
                State back = draft.rollout.resume().orElse(State.LOADING);
                draft.enter(back, stage, resume.who(), "resumed by " + resume.who());
            }
            case RolloutEvent.Promote promote -> {
                boolean loaded =
                        state.isStage()
                                || state == State.PAUSED
                                        && draft.rollout.resume().orElse(State.LOADING)
                                                != State.LOADING;
                refuseUnless(loaded, draft, "promoted");
                draft.enter(State.PROMOTING, stage, promote.who(), promote.why());
            }
            case RolloutEvent.Abort abort -> {
                refuseUnless(
                        draft.rollout.isInMotion() && state != State.ROLLING_BACK,
                        draft,
                        "aborted");
                withdraw(draft, State.ABORTED, abort.who(), abort.why());
            }
            case RolloutEvent.Rollback back -> {
                if (state == State.PROMOTED) {
                    return start(
                            draft.slots,
                            new RolloutEvent.Start(
                                    back.id(),
                                    backTo(draft.rollout),
                                    back.who(),
                                    Optional.of(new Rollout.Aim(back.why(), true))),
                            draft.now);
                }
                refuseUnless(!state.isEnd() && state != State.ROLLING_BACK, draft, "rolled back");
                withdraw(draft, State.ROLLED_BACK, back.who(), back.why());
            }
            case RolloutEvent.Start start ->
                    throw new AssertionError("a start has a way of its own: " + start);
        }
        draft.changed = true;
        return draft.done();
    }

    /** As long a time for everything, and no stages. */
    private static RolloutPlan backTo(Rollout rollout) {
        return new RolloutPlan(
                rollout.previous(), List.of(), rollout.plan().judge(), rollout.plan().limits());
    }

    private static void refuseUnless(boolean allowed, Draft draft, String what) {
        if (!allowed) {
            throw new VitrineException(
                    RolloutError.ROLLOUT_STATE,
                    "rollout "
                            + draft.rollout.id()
                            + " is "
                            + draft.rollout.state()
                            + " and cannot be "
                            + what);
        }
    }

    /**
     * Back to what was live, in one write: without promises, since a release that does harm is not
     * waited with. A node that hears of nothing goes on for {@link Leases#far} at most.
     */
    private static void withdraw(Draft draft, State end, String who, String why) {
        Rollout rollout = draft.rollout;
        boolean live = rollout.state() == State.SETTLING;
        String back = live ? rollout.previous() : draft.routing.live();
        draft.enter(State.ROLLING_BACK, rollout.stage(), who, why);
        draft.rollout = draft.rollout.endingWith(end);
        // What is taken back stays loaded until nodes have followed: requests still hold it.
        draft.route(back, Optional.empty(), false, held(back, rollout.candidate()));
    }

    private static SortedSet<String> held(String... releases) {
        return new TreeSet<>(List.of(releases));
    }

    private RolloutStep judged(Slots slots, RolloutEvent.Judged judged, Instant now) {
        if (slots.rollout().isEmpty()) {
            return new RolloutStep(slots, List.of());
        }
        Rollout rollout = slots.rollout().get();
        if (!rollout.isJudged() || rollout.stage() != judged.stage()) {
            return new RolloutStep(slots, List.of());
        }
        Draft draft = new Draft(slots, rollout, now);
        draft.rollout = draft.rollout.with(judged.evidence(), judged.verdict(), judged.planned());
        draft.changed = true;
        if (judged.verdict().decision() == Decision.FAIL) {
            withdraw(
                    draft,
                    State.ROLLED_BACK,
                    ITSELF,
                    judged.verdict().reason()
                            + " (after "
                            + judged.verdict().requests()
                            + " requests of each arm)");
        }
        return draft.done();
    }

    private RolloutStep tick(Draft draft, List<Sighting> nodes) {
        switch (draft.rollout.state()) {
            case LOADING -> loading(draft, nodes);
            case SHADOW, CANARY, RAMP -> stage(draft, nodes);
            case PROMOTING -> promoting(draft, nodes);
            case SWITCHING -> switching(draft, nodes);
            case SETTLING -> {
                if (draft.lasted(draft.rollout.plan().limits().keepWarm())) {
                    draft.enter(
                            State.PROMOTED,
                            draft.rollout.stage(),
                            ITSELF,
                            "release "
                                    + draft.rollout.previous()
                                    + " was kept for the way back, and is let go");
                    draft.route(
                            draft.routing.live(),
                            Optional.empty(),
                            false,
                            held(draft.routing.live()));
                }
            }
            case PAUSED -> {
                if (draft.rollout.times().paused().compareTo(draft.rollout.plan().limits().pause())
                        >= 0) {
                    withdraw(
                            draft,
                            State.ROLLED_BACK,
                            ITSELF,
                            "paused for longer than " + draft.rollout.plan().limits().pause());
                }
            }
            case ROLLING_BACK -> rollingBack(draft, nodes);
            case PROMOTED, ROLLED_BACK, ABORTED, FAILED -> {}
        }
        return draft.done();
    }

    private void loading(Draft draft, List<Sighting> nodes) {
        if (failed(draft, nodes)) {
            return;
        }
        List<Sighting> members = members(nodes);
        String candidate = draft.rollout.candidate();
        if (!members.isEmpty()
                && members.stream().allMatch(node -> node.report().ready().contains(candidate))) {
            next(draft, 0, "all " + members.size() + " nodes are ready");
            return;
        }
        if (draft.lasted(draft.rollout.plan().limits().load())) {
            withdraw(
                    draft,
                    State.FAILED,
                    ITSELF,
                    "not every node was ready within "
                            + draft.rollout.plan().limits().load()
                            + ": "
                            + names(members, node -> !node.report().ready().contains(candidate)));
        }
    }

    /** One node that cannot have the candidate is enough: all switch or none does. */
    private boolean failed(Draft draft, List<Sighting> nodes) {
        String candidate = draft.rollout.candidate();
        Optional<Sighting> failed =
                members(nodes).stream()
                        .filter(node -> node.report().failed().containsKey(candidate))
                        .min(Comparator.comparing(node -> node.report().node()));
        failed.ifPresent(node ->
                withdraw(
                        draft,
                        State.FAILED,
                        ITSELF,
                        "node "
                                + node.report().node()
                                + " refuses release "
                                + candidate
                                + ": "
                                + node.report().failed().get(candidate)));
        return failed.isPresent();
    }

    /** Enters a stage, or what comes after the last. */
    private void next(Draft draft, int stage, String why) {
        List<Stage> stages = draft.rollout.plan().stages();
        if (stage >= stages.size() || stages.get(stage).isSwitch()) {
            draft.enter(State.PROMOTING, draft.rollout.stage(), ITSELF, why);
            return;
        }
        State state =
                switch (stages.get(stage).kind()) {
                    case SHADOW -> State.SHADOW;
                    case CANARY -> State.CANARY;
                    case RAMP -> State.RAMP;
                };
        draft.enter(state, stage, ITSELF, why);
        routeStage(draft);
    }

    private static void routeStage(Draft draft) {
        Rollout rollout = draft.rollout;
        Stage stage = rollout.currentStage();
        Optional<Routing.Staged> staged =
                stage.audience().opens(draft.now)
                        ? Optional.of(
                                new Routing.Staged(
                                        rollout.id(),
                                        rollout.stage(),
                                        rollout.candidate(),
                                        stage.kind(),
                                        stage.share(),
                                        stage.audience()))
                        : Optional.empty();
        draft.route(draft.routing.live(), staged, false, draft.routing.hold());
    }

    private void stage(Draft draft, List<Sighting> nodes) {
        if (failed(draft, nodes)) {
            return;
        }
        Rollout rollout = draft.rollout;
        Stage stage = rollout.currentStage();
        if (stage.isSwitch()) {
            next(draft, rollout.stage(), "nobody is left to compare with");
            return;
        }
        routeStage(draft);
        if (passed(rollout)) {
            next(draft, rollout.stage() + 1, rollout.verdict().reason());
        } else if (rollout.times().open().compareTo(stage.maxTime()) >= 0) {
            withdraw(
                    draft,
                    State.ROLLED_BACK,
                    ITSELF,
                    "the "
                            + stage
                            + " has not passed within "
                            + stage.maxTime()
                            + ": "
                            + rollout.verdict().reason());
        }
    }

    private static boolean passed(Rollout rollout) {
        Stage stage = rollout.currentStage();
        return rollout.verdict().decision() == Decision.PASS
                && rollout.verdict().requests() >= stage.minRequests()
                && rollout.times().open().compareTo(stage.minTime()) >= 0;
    }

    /** Asks for promises only when they are likely to come, since nodes then need the registry. */
    private void promoting(Draft draft, List<Sighting> nodes) {
        if (failed(draft, nodes)) {
            return;
        }
        List<Sighting> members = members(nodes);
        // Time in which a switch was called off and tried again counts too.
        Duration limit = draft.rollout.plan().limits().promote();
        if (draft.rollout.times().open().compareTo(limit) >= 0) {
            withdraw(
                    draft,
                    State.FAILED,
                    ITSELF,
                    "not every node was at hand within "
                            + limit
                            + ": "
                            + names(members, node -> !isAtHand(draft, node)));
            return;
        }
        if (!members.isEmpty() && members.stream().allMatch(node -> isAtHand(draft, node))) {
            draft.enter(
                    State.SWITCHING,
                    draft.rollout.stage(),
                    ITSELF,
                    "all " + members.size() + " nodes are at hand");
            draft.route(draft.routing.live(), draft.routing.staged(), true, draft.routing.hold());
        }
    }

    private boolean isAtHand(Draft draft, Sighting node) {
        return node.silent().compareTo(leases.near()) < 0
                && node.report().epoch() == draft.routing.epoch()
                && node.report().ready().containsAll(draft.routing.hold());
    }

    private void switching(Draft draft, List<Sighting> nodes) {
        List<Sighting> members = members(nodes);
        String candidate = draft.rollout.candidate();
        if (!members.isEmpty()
                && members.stream()
                        .allMatch(node ->
                                node.report().switching()
                                        && node.report().epoch() == draft.routing.epoch()
                                        && node.report().ready().contains(candidate))) {
            String previous = draft.routing.live();
            Duration keepWarm = draft.rollout.plan().limits().keepWarm();
            draft.enter(
                    State.SETTLING,
                    draft.rollout.stage(),
                    ITSELF,
                    "all " + members.size() + " nodes follow");
            draft.route(candidate, Optional.empty(), false, held(candidate, previous));
            draft.actions.add(new RolloutAction.KeepWarm(previous, keepWarm));
            return;
        }
        if (draft.lasted(leases.near().multipliedBy(LEASES_TO_SWITCH))) {
            draft.enter(
                    State.PROMOTING,
                    draft.rollout.stage(),
                    ITSELF,
                    "called off, not all nodes follow: "
                            + names(members, node -> !node.report().switching()));
            draft.route(draft.routing.live(), draft.routing.staged(), false, draft.routing.hold());
        }
    }

    private void rollingBack(Draft draft, List<Sighting> nodes) {
        List<Sighting> members = members(nodes);
        boolean all =
                members.stream().allMatch(node -> node.report().epoch() >= draft.routing.epoch());
        if (!all && !draft.lasted(leases.outlast(leases.far()))) {
            return;
        }
        Rollout rollout = draft.rollout;
        draft.enter(
                rollout.ending().orElse(State.FAILED), rollout.stage(), ITSELF, rollout.reason());
        draft.route(draft.routing.live(), Optional.empty(), false, held(draft.routing.live()));
    }

    /** The nodes that may answer: all but those whose own clock has stopped them by now. */
    private List<Sighting> members(List<Sighting> nodes) {
        Duration gone = leases.outlast(leases.far());
        return nodes.stream().filter(node -> node.silent().compareTo(gone) <= 0).toList();
    }

    private static String names(List<Sighting> nodes, Predicate<Sighting> which) {
        List<String> names =
                nodes.stream().filter(which).map(node -> node.report().node()).limit(5).toList();
        return names.isEmpty() ? "no node is there" : "waiting for " + String.join(", ", names);
    }
}
