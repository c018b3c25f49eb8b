package dev.vitrine.server.rollout;

import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.RolloutController;
import dev.vitrine.deployment.rollout.RolloutController.Measured;
import dev.vitrine.deployment.rollout.RolloutController.Snapshot;
import dev.vitrine.deployment.rollout.RolloutError;
import dev.vitrine.deployment.rollout.RolloutEvent;
import dev.vitrine.deployment.rollout.RolloutMachine;
import dev.vitrine.deployment.rollout.RolloutPlan;
import dev.vitrine.deployment.rollout.RolloutStep;
import dev.vitrine.deployment.rollout.Routing;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.ServerError;
import dev.vitrine.server.audit.Audit;
import dev.vitrine.server.shop.Shop;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Rollouts on this node, the only one of a home or one of several that share a registry: brings to
 * their machine what has happened and what somebody wants, and has what both arms answered judged.
 * A switch is one compare-and-set in the registry; requests under way finish on the release they
 * began with.
 */
public final class Rollouts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Rollouts.class.getName());

    /** No other node can make another release live, so this one answers however long it takes. */
    private static final Leases ALONE =
            new Leases(Duration.ofSeconds(5), Duration.ofDays(30), 0.01);

    private static final Duration MOVING = Duration.ofMillis(20);

    /** Over a network, and until a rollout has ended, so that a way back is soon heard of. */
    private static final Duration SHARED_MOVING = Duration.ofMillis(100);

    private static final Duration IDLE = Duration.ofMillis(500);
    private static final int LOOKED_BACK_AT = 20;
    private static final long MEASURE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ReleaseStore releases;
    private final Trail trail;
    private final InstantSource clock;
    private final RolloutPlan.Limits limits;
    private final SlotBoard board;
    private final ReleaseNode node;
    private final ArmMeters meters;
    private final RolloutCourse course = new RolloutCourse();
    private final WayBack wayBack;
    private final Steps steps;
    private final RolloutController controller;
    private final String idSuffix;
    private final Pulse pulse = new Pulse();
    private final Thread loop;
    private volatile Supplier<List<String>> comparing = List::of;
    private volatile boolean stopped;
    private long measuredAt = System.nanoTime();
    private long lastId;
    private volatile Optional<Rollout> followed = Optional.empty();
    private final Reach reach;

    /**
     * @param limits of switches without stages: how long they may take, and how long what was live
     *     stays warm
     * @param self which node this is
     */
    public Rollouts(
            Shop shop,
            ReleaseStore releases,
            Gate gate,
            ReleaseSource source,
            Audit audit,
            InstantSource clock,
            RolloutPlan.Limits limits,
            NodeIdentity self) {
        this(
                shop,
                releases,
                gate,
                source,
                audit,
                clock,
                limits,
                self,
                releases.isShared() ? Leases.defaults() : ALONE);
    }

    /**
     * @param leases the same on all nodes
     */
    public Rollouts(
            Shop shop,
            ReleaseStore releases,
            Gate gate,
            ReleaseSource source,
            Audit audit,
            InstantSource clock,
            RolloutPlan.Limits limits,
            NodeIdentity self,
            Leases leases) {
        this.releases = releases;
        this.trail = new Trail(audit, releases);
        this.clock = clock;
        this.limits = limits;
        this.reach = new Reach(clock);
        RolloutMachine machine = new RolloutMachine(leases);
        this.controller = new RolloutController(machine);
        this.board = new SlotBoard(releases, clock, self, leases);
        this.wayBack = new WayBack(releases, board);
        // Two nodes may begin one in the same millisecond.
        this.idSuffix =
                board.isShared() ? "." + Integer.toString(self.name().hashCode() & 0xffff, 36) : "";
        this.node =
                new ReleaseNode(
                        releases,
                        gate,
                        board,
                        new HeldReleases(shop, source, board.isShared()),
                        trail,
                        leases,
                        self,
                        clock.millis(),
                        pulse::hurry);
        this.steps = new Steps(board, machine, trail, node::nothing, pulse::hurry);
        this.meters = new ArmMeters(self.name(), clock);
        this.loop = Thread.ofPlatform().daemon().name("rollouts").unstarted(this::follow);
    }

    /** Has every release answer something before it answers shoppers. */
    public void warmBy(Consumer<ServingRelease> requests) {
        node.warmBy(requests);
    }

    /**
     * Opens what the registry says is live, and what a rollout in motion needs beside it. Where the
     * live one is refused, the release that was live last among those that hold and were not taken
     * back takes its place, in the registry too; false when there is none. Where other nodes share
     * the registry this one changes nothing there: it answers nothing until it can open what is
     * live.
     *
     * @throws VitrineException NODE_NAME_TAKEN where another node has this one's name
     */
    public boolean open() {
        if (board.isShared()) {
            board.tidy();
            node.catchUp();
            begin();
            return node.id().isPresent();
        }
        Optional<String> live = releases.liveId();
        boolean found = live.isPresent() && node.open(live.get());
        begin();
        return found;
    }

    /** The right to answer from what is live. */
    public Lease<ServingRelease> lease() {
        return node.lease();
    }

    /**
     * The right to answer a visitor, from the release that the table gives them.
     *
     * @throws VitrineException NO_RELEASE where none is live yet
     */
    public Answering answering(Visitor visitor) {
        return node.answering(visitor);
    }

    /** The right to answer from a release that is open here, whatever the table says. */
    public Optional<Lease<ServingRelease>> lease(String release) {
        return node.lease(release);
    }

    /**
     * Has a release loaded beside what the table says, and keeps it open until it is unpinned;
     * returns when it answers.
     *
     * @throws VitrineException where it is refused, not registered, or cannot be loaded
     */
    public void pin(String release, String who) {
        node.pin(release, who);
    }

    /** A pinned release is let go, unless the table holds it. */
    public void unpin(String release) {
        node.unpin(release);
    }

    /** Whether a release is open here. */
    public boolean isOpen(String release) {
        return node.isOpen(release);
    }

    /** What was to answer last and was refused; empty again once another was let in. */
    public Optional<Refused> refusal() {
        return node.refusal();
    }

    /** Why this node answers nothing now; empty where it does. */
    public Optional<String> problem() {
        return node.problem();
    }

    /** The id of the live release; empty before the first. */
    public Optional<String> id() {
        return node.id();
    }

    /** Which release answers whom; empty before the first is live. */
    public Optional<Routing> table() {
        return node.table();
    }

    ArmMeters meters() {
        return meters;
    }

    /** The groups of visitors that the rollout in motion wants counted apart. */
    List<String> groups() {
        return followed.map(r -> r.plan().judge().groups()).orElse(List.of());
    }

    /** A click, or a purchase, of what an answer showed that one of the arms gave. */
    public void turnedTo(String arm, boolean purchase) {
        ArmMark.parse(arm).ifPresent(mark -> meters.turnedTo(mark, purchase));
    }

    /** Whether nothing was ever live, here or on any node that shares the registry. */
    public boolean isFirst() {
        return board.isShared() ? board.slots().isEmpty() : id().isEmpty();
    }

    /** Since when the registry has not been heard from; empty while it is. */
    public Optional<Instant> lostSince() {
        return reach.lostSince();
    }

    /** The rollout in motion, or the last. */
    public Optional<Rollout> rollout() {
        return board.slots().flatMap(Slots::rollout);
    }

    /** How the signals of a rollout have moved; without points for any but the newest. */
    public Course course(String id) {
        return course.of(id);
    }

    /** The last rollouts, newest first. */
    public List<Rollout> list(int limit) {
        return board.rollouts(limit);
    }

    /**
     * Makes a release live as soon as it is loaded and warm, and waits for it; the same one again
     * changes nothing.
     *
     * @throws VitrineException as loading it does, or RELEASE_CONFLICT where another switch came
     *     first
     */
    public void promote(String id, String who, String reason) {
        promote(id, who, new Rollout.Aim(reason, false));
    }

    private void promote(String id, String who, Rollout.Aim aim) {
        if (isBlank()) {
            first(id, who, aim.why());
            return;
        }
        if (node.table().map(Routing::live).filter(id::equals).isPresent()) {
            return;
        }
        RolloutPlan immediate = RolloutPlan.immediate(id);
        Rollout begun =
                start(new RolloutPlan(id, immediate.stages(), immediate.judge(), limits), who, aim);
        Rollout end = awaitSwitch(begun.id(), limits.load().plus(limits.promote()));
        if (!end.wentLive()) {
            throw node.failure(id)
                    .orElseGet(
                            () -> new VitrineException(ServerError.RELEASE_CONFLICT, end.reason()));
        }
        settle(id);
        node.admitted();
    }

    /** Whether there is nothing beside which a release could be loaded, and no node to wait for. */
    private boolean isBlank() {
        return board.slots().isEmpty() || !board.isShared() && node.id().isEmpty();
    }

    /** The first one is loaded beside nothing, and live when it is. */
    private void first(String id, String who, String reason) {
        node.first(id, who);
        Optional<Rollout> before = rollout();
        RolloutStep done =
                board.begin(id, who, reason)
                        .orElseThrow(() ->
                                new VitrineException(
                                        ServerError.RELEASE_CONFLICT,
                                        "another release became live at the same time; look again"
                                                + " and repeat"));
        node.catchUp();
        trail.keep(before, done, who, reason);
        node.admitted();
        begin();
        pulse.hurry();
    }

    private synchronized void begin() {
        if (loop.getState() == Thread.State.NEW) {
            loop.start();
        }
    }

    /** Waits until this node answers by a release. */
    private void settle(String id) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!node.table().map(Routing::live).filter(id::equals).isPresent()
                && System.nanoTime() - end < 0) {
            pulse.hurry();
            LockSupport.parkNanos(1_000_000);
        }
    }

    /**
     * Has a release that training made go the way that the settings say. Where another rollout is
     * in motion it waits to be rolled out by hand.
     */
    public void trained(String id, RolloutSettings settings, String who) {
        String reason = "trained on the newest data";
        if (!settings.isStaged() || isBlank()) {
            promote(id, who, reason);
            return;
        }
        try {
            start(settings.plan(id), who, reason);
        } catch (VitrineException e) {
            if (e.code() != RolloutError.ROLLOUT_CONFLICT) {
                throw e;
            }
            LOG.log(System.Logger.Level.WARNING, "release {0} waits: {1}", id, e.getMessage());
        }
    }

    /**
     * Says which experiments have visitors answered by releases of their own; while there are any,
     * no stages begin.
     */
    public void yieldTo(Supplier<List<String>> experiments) {
        comparing = experiments;
    }

    /** Begins a rollout by a plan. */
    public Rollout start(RolloutPlan plan, String who, String reason) {
        return start(plan, who, new Rollout.Aim(reason, false));
    }

    private Rollout start(RolloutPlan plan, String who, Rollout.Aim aim) {
        Segments.check(plan);
        board.requireSites(plan);
        List<String> others = plan.stages().isEmpty() ? List.of() : comparing.get();
        if (!others.isEmpty()) {
            throw new VitrineException(
                    RolloutError.ROLLOUT_CONFLICT,
                    "the arms of experiment "
                            + String.join(", ", others)
                            + " name releases, which stages would compare on the same visitors;"
                            + " stop it first, or roll out without stages");
        }
        node.tryAgain(plan.release(), who);
        return steps.command(
                new RolloutEvent.Start(newId(), plan, who, Optional.of(aim)), aim.why());
    }

    /** Stays where it is until it is resumed. */
    public Rollout pause(String id, String who, String why) {
        require(id);
        return steps.command(new RolloutEvent.Pause(who, why), why);
    }

    public Rollout resume(String id, String who) {
        require(id);
        return steps.command(new RolloutEvent.Resume(who), "resumed");
    }

    /** Takes the candidate back before it is live. */
    public Rollout abort(String id, String who, String why) {
        require(id);
        return steps.command(new RolloutEvent.Abort(who, why), why);
    }

    /** Skips the stages that are left. */
    public Rollout finish(String id, String who, String why) {
        require(id);
        return steps.command(new RolloutEvent.Promote(who, why), why);
    }

    /**
     * Takes a release back. The candidate of a rollout that has not switched yet is answered by
     * nobody any more. From what is live it goes back to the release that was live before and was
     * not taken back itself, and waits until this node answers by it; a rollout that is in motion
     * beside it is ended first.
     *
     * @param id of either
     * @return which release answers then
     * @throws VitrineException RELEASE_CONFLICT where it is neither, or there is nothing to go back
     *     to
     */
    public String rollback(String id, String who, String reason) {
        String why = "rolled back by " + who + ": " + reason;
        String live = live();
        Optional<Rollout> moving = rollout().filter(r -> !r.state().isEnd());
        if (moving.filter(r -> r.isInMotion() && r.candidate().equals(id)).isPresent()) {
            if (moving.get().state() != Rollout.State.ROLLING_BACK) {
                steps.command(new RolloutEvent.Rollback(newId(), who, why), why);
            }
            return live;
        }
        if (!live.equals(id)) {
            throw new VitrineException(
                    ServerError.RELEASE_CONFLICT,
                    "release " + id + " is not live and in no rollout; live is " + live);
        }
        if (moving.isPresent() && moving.get().isInMotion()) {
            Optional<String> back = ended(moving.get(), who, "the live release was " + why);
            if (back.isPresent()) {
                return back.get();
            }
        } else if (moving.filter(r -> r.candidate().equals(id) && !r.isBack()).isPresent()) {
            steps.command(new RolloutEvent.Rollback(newId(), who, why), why);
            settle(moving.get().previous());
            return moving.get().previous();
        }
        return further(id, who, new Rollout.Aim(why, true));
    }

    /** Ends what is in motion; one that goes back already is left to it, and waited for. */
    private Optional<String> ended(Rollout moving, String who, String why) {
        if (!moving.isBack() && moving.state() != Rollout.State.ROLLING_BACK) {
            steps.command(new RolloutEvent.Abort(who, why), why);
        }
        Rollout end = awaitSwitch(moving.id(), limits.load().plus(limits.promote()));
        if (!end.wentLive()) {
            return Optional.empty();
        }
        settle(end.candidate());
        return Optional.of(end.candidate());
    }

    /** The nearest release that can be gone back to. */
    private String further(String id, String who, Rollout.Aim aim) {
        List<String> before = wayBack.from(id);
        for (String release : before) {
            try {
                promote(release, who, aim);
                return release;
            } catch (VitrineException e) {
                if (!live().equals(id) || rollout().filter(Rollout::isInMotion).isPresent()) {
                    throw e;
                }
                LOG.log(System.Logger.Level.WARNING, "no way back to " + release, e);
            }
        }
        throw new VitrineException(
                ServerError.RELEASE_CONFLICT,
                "there is nothing to go back to from release "
                        + id
                        + ": "
                        + (before.isEmpty()
                                ? "whatever was live before it was taken back itself"
                                : String.join(", ", before) + " cannot be loaded")
                        + "; name what is to answer (vitrine rollout start RELEASE --now)");
    }

    private String live() {
        return board.slots().map(slots -> slots.routing().live()).orElse("none");
    }

    private void require(String id) {
        if (rollout().filter(r -> r.id().equals(id)).isEmpty()) {
            throw VitrineException.field(
                    ServerError.ROLLOUT_NOT_FOUND,
                    "id",
                    "rollout '" + id + "' is not the one in motion, and what ended stays as it is");
        }
    }

    private synchronized String newId() {
        lastId = Math.max(lastId + 1, clock.millis());
        return "r" + Long.toString(lastId, 36) + idSuffix;
    }

    private Rollout awaitSwitch(String id, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            while (true) {
                Rollout now =
                        Stream.concat(rollout().stream(), list(LOOKED_BACK_AT).stream())
                                .filter(r -> r.id().equals(id))
                                .findFirst()
                                .orElseThrow();
                if (now.state().isEnd()
                        || now.wentLive()
                        || stopped
                        || System.nanoTime() - end >= 0) {
                    return now;
                }
                pulse.awaitLook();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new VitrineException(ServerError.RELEASE_CONFLICT, "Vitrine is stopping");
        }
    }

    private void follow() {
        while (!stopped) {
            Duration rest = IDLE;
            try {
                rest = turn() ? (board.isShared() ? SHARED_MOVING : MOVING) : IDLE;
                reach.heard();
            } catch (RuntimeException e) {
                reach.lost(e);
            }
            pulse.looked();
            pulse.rest(rest);
        }
    }

    /** One look at everything; whether there may soon be more to see. */
    private boolean turn() {
        node.look();
        Optional<Snapshot> snapshot = board.snapshot();
        if (snapshot.isEmpty()) {
            return false;
        }
        Slots slots = snapshot.get().slots();
        RolloutStep step = controller.tick(snapshot.get(), System.nanoTime());
        Slots now = steps.apply(slots, step) ? step.next() : slots;
        Optional<Rollout> rollout = now.rollout();
        followed = rollout;
        meters.follow(rollout);
        course.follow(rollout, clock.millis());
        if (System.nanoTime() - measuredAt >= MEASURE_NANOS) {
            measuredAt = System.nanoTime();
            measure(meters.drain());
        }
        return rollout.filter(r -> board.isShared() ? !r.state().isEnd() : r.isInMotion())
                .isPresent();
    }

    /** What was counted is counted once: who loses the write brings it to the row that won. */
    private void measure(List<Measured> windows) {
        for (int attempt = 0; !windows.isEmpty() && attempt < Steps.TRIES; attempt++) {
            Snapshot snapshot = board.snapshot().orElseThrow();
            RolloutStep step = controller.measure(snapshot, windows);
            if (steps.apply(snapshot.slots(), step)) {
                return;
            }
        }
    }

    @Override
    public void close() {
        stopped = true;
        pulse.hurry();
        try {
            if (loop.getState() != Thread.State.NEW) {
                loop.join(Duration.ofSeconds(10));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            board.leave();
        } catch (VitrineException e) {
            LOG.log(System.Logger.Level.WARNING, "left without a word: {0}", e.getMessage());
        }
        node.close();
    }
}
