package dev.vitrine.server.rollout;

import dev.vitrine.applications.ApplicationError;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.deployment.rollout.Follower;
import dev.vitrine.deployment.rollout.Group;
import dev.vitrine.deployment.rollout.Leases;
import dev.vitrine.deployment.rollout.NodeReport;
import dev.vitrine.deployment.rollout.RolloutStep;
import dev.vitrine.deployment.rollout.Routing;
import dev.vitrine.deployment.rollout.Slots;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.RegistryError;
import dev.vitrine.registry.release.Release;
import dev.vitrine.registry.release.ReleaseStore;
import dev.vitrine.server.ServerError;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * This process as a node: follows the table of the registry, loads and lets go what that says, and
 * says which release answers a request.
 */
final class ReleaseNode implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ReleaseNode.class.getName());

    /** Who is told to have changed what nobody asked for. */
    static final String ITSELF = "vitrine";

    /** Switches looked back at. */
    static final int HISTORY = 100;

    private static final int TRIES = 20;

    /** What is live and could not be had is tried again so often. */
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final ReleaseStore releases;
    private final Gate gate;
    private final SlotBoard board;
    private final HeldReleases held;
    private final Trail trail;
    private final Runnable hurry;
    private final Follower follower;
    private final Object following = new Object();
    private final Map<String, VitrineException> failures = new ConcurrentHashMap<>();
    private final ExecutorService loading =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().daemon().name("release-loader").factory());
    private volatile Optional<Routing> table = Optional.empty();
    private volatile long failedAt;
    private volatile Optional<Refused> refusal = Optional.empty();
    private volatile Consumer<ServingRelease> warm = release -> {};

    /**
     * @param self which node this is
     * @param life of this process, as no process before it had
     * @param hurry is run when there is something to report
     */
    ReleaseNode(
            ReleaseStore releases,
            Gate gate,
            SlotBoard board,
            HeldReleases held,
            Trail trail,
            Leases leases,
            NodeIdentity self,
            long life,
            Runnable hurry) {
        this.releases = releases;
        this.gate = gate;
        this.board = board;
        this.held = held;
        this.trail = trail;
        this.hurry = hurry;
        this.follower = new Follower(self.name(), self.site(), leases, life);
    }

    void warmBy(Consumer<ServingRelease> requests) {
        warm = requests;
    }

    /**
     * Opens a release, or, where it is refused, the one that was live last among those that hold
     * and were not taken back; and what a rollout in motion needs beside it.
     *
     * @return false when none can be opened
     */
    boolean open(String live) {
        if (opens(live, live)) {
            return true;
        }
        for (String id : new WayBack(releases, board).from(live)) {
            if (opens(id, live)) {
                return true;
            }
        }
        return false;
    }

    private boolean opens(String id, String live) {
        if (!loads(id)) {
            return false;
        }
        if (!follows(id, live)) {
            held.unload(id);
            return false;
        }
        catchUp();
        return true;
    }

    /** Loads a release at the start; false when it is refused or no longer registered. */
    private boolean loads(String id) {
        try {
            held.load(admit(id, ITSELF), warm);
            return true;
        } catch (VitrineException e) {
            if (e.code() == RegistryError.RELEASE_REFUSED
                    || e.code() == RegistryError.RELEASE_NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /** Has the table say what is open, where it does not. */
    private boolean follows(String id, String live) {
        Optional<Slots> slots = board.slots();
        if (slots.isPresent() && slots.get().routing().live().equals(id) && id.equals(live)) {
            return true;
        }
        String reason =
                id.equals(live)
                        ? "the registry says that release " + live + " is live"
                        : "release " + live + " was refused";
        Optional<RolloutStep> done = board.begin(id, ITSELF, reason);
        done.ifPresent(step -> trail.keep(slots.flatMap(Slots::rollout), step, ITSELF, reason));
        return done.isPresent();
    }

    /** Opens the first release of all; the caller says next that it is live. */
    void first(String id, String who) {
        held.load(admit(id, who), warm);
    }

    /**
     * Opens a release beside what the table says, and keeps it open.
     *
     * @throws VitrineException where it is refused, not registered, or cannot be loaded
     */
    void pin(String id, String who) {
        held.pin(id);
        try {
            held.load(gate.admit(id), warm);
        } catch (RuntimeException e) {
            if (e instanceof VitrineException known
                    && known.code() == RegistryError.RELEASE_REFUSED) {
                gate.refused(id, who, String.valueOf(e.getMessage()));
            }
            unpin(id);
            throw e;
        }
    }

    /** Lets a pinned release go, unless the table holds it. */
    void unpin(String id) {
        held.unpin(id);
        if (table.filter(t -> t.hold().contains(id)).isEmpty()) {
            held.unload(id);
        }
    }

    /** Whether a release is open here. */
    boolean isOpen(String id) {
        return held.contains(id);
    }

    /** Takes the newest table over, and what of it is open already. */
    void catchUp() {
        renew();
        toLoad().forEach(this::load);
    }

    /** One look at the registry: what is to be loaded is begun, what is no longer held let go. */
    void look() {
        renew();
        retry();
        for (String release : toLoad()) {
            loading.execute(() -> load(release));
        }
        Set<String> loose;
        synchronized (following) {
            loose = follower.toUnload();
            loose.forEach(follower::unloaded);
        }
        loose.forEach(held::unload);
    }

    /** A node that came when what is live could not be had, such as files out of reach. */
    private void retry() {
        table.map(Routing::live)
                .filter(failures::containsKey)
                .filter(id -> System.nanoTime() - failedAt > RETRY_NANOS)
                .ifPresent(id -> {
                    failures.remove(id);
                    synchronized (following) {
                        follower.retry(id);
                    }
                });
    }

    /** Why a release could not be loaded; empty where it could, or is not yet. */
    Optional<VitrineException> failure(String release) {
        return Optional.ofNullable(failures.get(release));
    }

    /**
     * A release may be tried again. One that is open here, kept for the way back, say, is read once
     * more: its files lie mapped, and may be others than those that were let in.
     *
     * @throws VitrineException RELEASE_NOT_FOUND, or RELEASE_REFUSED where it is no longer what was
     *     signed
     */
    void tryAgain(String release, String who) {
        if (held.contains(release) || !isAsRegistered(release)) {
            admit(release, who);
        }
        failures.remove(release);
    }

    private boolean isAsRegistered(String release) {
        try {
            releases.get(release);
            return true;
        } catch (VitrineException e) {
            if (e.code() == RegistryError.RELEASE_CORRUPT) {
                return false;
            }
            throw e;
        }
    }

    /** Nothing is refused any more. */
    void admitted() {
        refusal = Optional.empty();
    }

    /** What was to answer last and was refused; empty again once another was let in. */
    Optional<Refused> refusal() {
        return refusal;
    }

    private Release admit(String id, String who) {
        try {
            return gate.admit(id);
        } catch (VitrineException e) {
            if (e.code() == RegistryError.RELEASE_REFUSED) {
                String why = String.valueOf(e.getMessage());
                refusal = Optional.of(new Refused(id, why));
                gate.refused(id, who, why);
            }
            throw e;
        }
    }

    /** The right to answer from what is live. */
    Lease<ServingRelease> lease() {
        return answering(Visitor.NOBODY).lease();
    }

    /**
     * The right to answer a visitor, from the release that the table gives them.
     *
     * @throws VitrineException NO_RELEASE where none is live yet
     */
    Answering answering(Visitor visitor) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<Routing.Staged> staged = table.flatMap(Routing::staged);
            boolean inside =
                    !visitor.key().isEmpty()
                            && staged.isPresent()
                            && Segments.contains(staged.get().audience().segment(), visitor);
            Follower.Answer answer = ask(visitor.key(), segment -> inside);
            if (answer instanceof Follower.Answer.By by) {
                Optional<Lease<ServingRelease>> lease = held.lease(by.release());
                if (lease.isPresent()) {
                    return new Answering(
                            lease.get(),
                            by.group(),
                            staged.map(Routing.Staged::rollout).orElse(""),
                            by.group() == Group.MIRRORED
                                    ? staged.map(Routing.Staged::release).orElse("")
                                    : "");
                }
            } else if (table.isEmpty() || !table.filter(t -> held.contains(t.live())).isPresent()) {
                break;
            }
            LockSupport.parkNanos(500_000);
        }
        throw nothing();
    }

    VitrineException nothing() {
        return new VitrineException(
                ApplicationError.NO_RELEASE,
                problem()
                        .map(why -> "no release answers: " + why)
                        .orElse("no release answered in time"));
    }

    /** Why this node answers nothing now; empty where it does. */
    Optional<String> problem() {
        Follower.Answer answer = ask("", segment -> false);
        if (answer instanceof Follower.Answer.By by && held.contains(by.release())) {
            return Optional.empty();
        }
        Optional<String> refused = refusal.map(Refused::why);
        if (refused.isPresent()) {
            return refused;
        }
        if (table.isEmpty()) {
            return Optional.of("no release is live yet; the first one is being made");
        }
        Optional<VitrineException> failure = table.map(Routing::live).flatMap(this::failure);
        return Optional.of(
                failure.map(e -> String.valueOf(e.getMessage()))
                        .orElse(
                                answer instanceof Follower.Answer.Refused told
                                        ? told.reason()
                                        : "what is live is being loaded"));
    }

    private Follower.Answer ask(String visitor, Predicate<String> inSegment) {
        long now = System.nanoTime();
        synchronized (following) {
            return follower.answer(visitor, 0, inSegment, now, now);
        }
    }

    /** The right to answer a copy of a request from a release that is open here. */
    Optional<Lease<ServingRelease>> lease(String release) {
        return held.lease(release);
    }

    /** The id of the live release; empty before the first. */
    Optional<String> id() {
        return table.map(Routing::live).filter(held::contains);
    }

    /** Which release answers whom; empty before the first is live. */
    Optional<Routing> table() {
        return table;
    }

    private void renew() {
        NodeReport report;
        synchronized (following) {
            report = follower.report(System.nanoTime());
        }
        board.renew(report)
                .ifPresent(renewal -> {
                    synchronized (following) {
                        follower.learned(renewal);
                        table = follower.routing();
                    }
                });
    }

    private Set<String> toLoad() {
        synchronized (following) {
            return follower.toLoad();
        }
    }

    private String who() {
        return board.slots().flatMap(Slots::rollout).map(rollout -> rollout.who()).orElse(ITSELF);
    }

    private void load(String release) {
        try {
            if (!held.contains(release)) {
                held.load(admit(release, who()), warm);
            }
            synchronized (following) {
                follower.ready(release);
            }
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "release " + release + " cannot be loaded", e);
            failedAt = System.nanoTime();
            failures.put(
                    release,
                    e instanceof VitrineException known
                            ? known
                            : new VitrineException(
                                    ServerError.INTERNAL, "cannot load " + release + ": " + e, e));
            synchronized (following) {
                follower.failed(release, String.valueOf(e.getMessage()));
            }
        }
        hurry.run();
    }

    @Override
    public void close() {
        loading.shutdown();
        try {
            // What is being loaded would stay open, with its files.
            if (!loading.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "a release is still being loaded at the end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        held.close();
    }
}
