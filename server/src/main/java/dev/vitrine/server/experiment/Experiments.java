package dev.vitrine.server.experiment;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.applications.recommend.Recommender.ShopperLookup;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.feature.Shopper;
import dev.vitrine.deployment.DeploymentError;
import dev.vitrine.deployment.VisitorHash;
import dev.vitrine.deployment.experiment.Assignments;
import dev.vitrine.deployment.experiment.Experiment;
import dev.vitrine.deployment.experiment.Layer;
import dev.vitrine.deployment.experiment.Placement;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.audit.Audit;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * The experiments of a home: made, started, counted and stopped here. All of them share the shop's
 * visitors by buckets, so that nobody is in two. Who is in which arm is computed from the id that
 * the storefront gives a visitor, and stays so when they log in; what they did is counted in memory
 * and in the home ({@link Visitors}). Thread-safe.
 */
public final class Experiments implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Experiments.class.getName());

    /** Visitors that one experiment counts, of about 60 bytes each. */
    private static final int MOST_VISITORS = 500_000;

    private static final int MOST_RUNNING = 10;
    private static final int MOST_KEPT = 1_000;
    private static final String LAYER = "shop";
    private static final int SALT_BYTES = 16;
    private static final long FORCE_SECONDS = 5;

    private final KeptFolder folder;
    private final Releases releases;
    private final ShopperLookup shoppers;
    private final Audit audit;
    private final InstantSource clock;
    private final RandomGenerator secrets;
    private final int capacity;
    private final Map<String, Kept> kept = new TreeMap<>();

    private final Map<String, Stuck> stuck = new ConcurrentSkipListMap<>();

    private final ScheduledExecutorService writer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("experiments").factory());
    private volatile Now now = new Now(List.of(), new Assignments(0, LAYER, List.of()));

    /** What answers visitors at one moment. */
    private record Now(List<Running> running, Assignments assignments) {}

    /** What experiments need of releases. */
    public interface Releases {
        /** Has a release loaded and keeps it so; returns when it answers. */
        void pin(String release, String who);

        /** It need not stay loaded any longer. */
        void unpin(String release);

        /** Whether it can answer now. */
        boolean isOpen(String release);

        /** The rollout that is in motion, in words; empty where there is none. */
        Optional<String> rolloutInMotion();

        /** How often another release became live after a moment, in epoch milliseconds. */
        long switchesSince(long millis);
    }

    /**
     * An experiment that should run and cannot, since what was counted for it is not readable.
     *
     * @param startedAt epoch milliseconds
     */
    public record Stuck(String id, long startedAt, String why) {}

    /**
     * An experiment as it is shown.
     *
     * @param problem why it answers and counts nobody though it should; empty where all is well
     * @param findings empty before the start, and where what was counted cannot be read
     */
    public record Shown(
            ExperimentPlan plan,
            String state,
            String who,
            long createdAt,
            long startedAt,
            long stoppedAt,
            String reason,
            String problem,
            Optional<Findings> findings) {}

    public Experiments(
            Path folder,
            Releases releases,
            ShopperLookup shoppers,
            Audit audit,
            InstantSource clock,
            RandomGenerator secrets) {
        this(folder, releases, shoppers, audit, clock, secrets, MOST_VISITORS);
    }

    Experiments(
            Path folder,
            Releases releases,
            ShopperLookup shoppers,
            Audit audit,
            InstantSource clock,
            RandomGenerator secrets,
            int capacity) {
        this.folder = new KeptFolder(folder);
        this.releases = releases;
        this.shoppers = shoppers;
        this.audit = audit;
        this.clock = clock;
        this.secrets = secrets;
        this.capacity = capacity;
    }

    /** Goes on with what was running; called once, before the first request. */
    public synchronized void open() {
        List<Running> running = new ArrayList<>();
        for (Kept each : folder.all()) {
            kept.put(each.id(), each);
            if (each.state() == Kept.State.RUNNING) {
                try {
                    running.add(begin(each));
                } catch (VitrineException e) {
                    String why = "what was counted cannot be read: " + e.getMessage();
                    stuck.put(each.id(), new Stuck(each.id(), each.startedAt(), why));
                    LOG.log(
                            System.Logger.Level.ERROR,
                            "experiment " + each.id() + " is not gone on with",
                            e);
                }
            }
        }
        answerBy(running);
        for (Running each : running) {
            pinAgain(each.kept());
        }
        writer.scheduleWithFixedDelay(
                () -> now.running().forEach(each -> each.visitors().force()),
                FORCE_SECONDS,
                FORCE_SECONDS,
                TimeUnit.SECONDS);
    }

    /** Its visitors are answered by what is live, and not counted, until the release is loaded. */
    private void pinAgain(Kept running) {
        for (ArmPlan arm : running.plan().arms()) {
            if (!arm.release().isEmpty()) {
                try {
                    releases.pin(arm.release(), running.who());
                } catch (VitrineException e) {
                    LOG.log(
                            System.Logger.Level.ERROR,
                            "release " + arm.release() + " of " + running.id(),
                            e);
                }
            }
        }
    }

    private Running begin(Kept each) {
        return Running.of(each, new Visitors(folder.visitors(each.id()), capacity, writer));
    }

    private void answerBy(List<Running> running) {
        List<Experiment> drawn = running.stream().map(Running::drawn).toList();
        now =
                new Now(
                        List.copyOf(running),
                        new Assignments(0, LAYER, List.of(new Layer(LAYER, drawn))));
    }

    /**
     * Makes an experiment, which answers nobody before it is started.
     *
     * @throws VitrineException EXPERIMENT_CONFLICT where there is one of that id
     */
    public synchronized Shown create(ExperimentPlan plan, String who) {
        refuse(kept.containsKey(plan.id()), "there is an experiment " + plan.id() + " already");
        refuse(
                kept.size() >= MOST_KEPT,
                "there are " + MOST_KEPT + " experiments; delete some that have ended");
        Kept draft = Kept.draft(plan, who, clock.millis());
        folder.put(draft);
        kept.put(draft.id(), draft);
        audit(who, "experiment.created", draft, Map.of());
        return shown(draft);
    }

    /**
     * Has visitors answered by arms from now on; releases that arms name are loaded first.
     *
     * @throws VitrineException EXPERIMENT_CONFLICT where others have the visitors or a rollout is
     *     in motion, or as loading a release does
     */
    public synchronized Shown start(String id, String who) {
        Kept draft = require(id);
        refuse(
                draft.state() != Kept.State.DRAFT,
                "experiment " + id + " was started before; repeat it under another id");
        List<Running> running = new ArrayList<>(now.running());
        refuse(
                running.size() >= MOST_RUNNING,
                "there are " + MOST_RUNNING + " experiments running; stop one");
        if (draft.plan().namesReleases()) {
            releases.rolloutInMotion()
                    .ifPresent(rollout ->
                            refuse(
                                    true,
                                    "arms name releases, and "
                                            + rollout
                                            + " compares releases on the same visitors; wait"
                                            + " until it has ended"));
        }
        int width = (int) Math.round(draft.plan().traffic() * Experiment.BUCKETS);
        int from = free(Math.max(1, width));
        byte[] salt = new byte[SALT_BYTES];
        secrets.nextBytes(salt);
        Kept started =
                draft.started(
                        HexFormat.of().formatHex(salt),
                        from,
                        from + Math.max(1, width),
                        clock.millis());
        List<String> pinned = new ArrayList<>();
        try {
            for (ArmPlan arm : started.plan().arms()) {
                if (!arm.release().isEmpty()) {
                    releases.pin(arm.release(), who);
                    pinned.add(arm.release());
                }
            }
            folder.forgetVisitors(id);
            running.add(begin(started));
            folder.put(started);
        } catch (RuntimeException e) {
            running.stream()
                    .filter(each -> each.id().equals(id))
                    .forEach(each -> each.visitors().close());
            pinned.forEach(this::unpin);
            throw e;
        }
        kept.put(id, started);
        answerBy(running);
        audit(who, "experiment.started", started, Map.of());
        return shown(started);
    }

    /**
     * The first buckets in a row that nobody has. Those of an experiment that cannot go on stay its
     * own until it is stopped: mended, it goes on at the next start.
     */
    private int free(int width) {
        List<Experiment> sorted = new ArrayList<>();
        for (Kept each : kept.values()) {
            if (each.state() == Kept.State.RUNNING) {
                sorted.add(each.plan().drawn(each.salt(), each.from(), each.to()));
            }
        }
        sorted.sort(Comparator.comparingInt(Experiment::from));
        int from = 0;
        int widest = 0;
        for (Experiment each : sorted) {
            widest = Math.max(widest, each.from() - from);
            if (each.from() - from >= width) {
                return from;
            }
            from = each.to();
        }
        widest = Math.max(widest, Experiment.BUCKETS - from);
        refuse(
                widest < width,
                "it wants "
                        + width / 100.0
                        + " % of the visitors, and "
                        + widest / 100.0
                        + " % in a row are in no experiment; ask for less traffic, or stop "
                        + String.join(", ", sorted.stream().map(Experiment::name).toList()));
        return from;
    }

    /**
     * All are answered as without it again; what was counted stays as it is, for good. One that
     * could not be gone on with ends without results.
     */
    public synchronized Shown stop(String id, String who, String why) {
        Kept before = require(id);
        refuse(before.state() != Kept.State.RUNNING, "experiment " + id + " is not running");
        Optional<Running> counting = running(id);
        answerBy(now.running().stream().filter(each -> !each.id().equals(id)).toList());
        Kept stopped =
                counting.map(one -> before.stopped(clock.millis(), why, counted(one), notes(one)))
                        .orElseGet(() -> uncounted(before, why));
        try {
            folder.put(stopped);
        } catch (RuntimeException e) {
            List<Running> again = new ArrayList<>(now.running());
            counting.ifPresent(again::add);
            answerBy(again);
            throw e;
        }
        kept.put(id, stopped);
        stuck.remove(id);
        counting.ifPresent(one -> {
            one.visitors().close();
            folder.forgetVisitors(id);
        });
        for (ArmPlan arm : before.plan().arms()) {
            if (!arm.release().isEmpty()) {
                unpin(arm.release());
            }
        }
        Shown shown = shown(stopped);
        Map<String, String> evidence = new TreeMap<>();
        evidence.put("why", why);
        evidence.put("found", shown.findings().map(Findings::words).orElse(shown.problem()));
        audit(who, "experiment.stopped", stopped, evidence);
        return shown;
    }

    private static List<Tally> counted(Running one) {
        ExperimentPlan plan = one.kept().plan();
        return one.visitors().tally(plan.arms().size(), plan.metrics());
    }

    /** Without results; the files that cannot be read stay until it is deleted. */
    private Kept uncounted(Kept before, String why) {
        return before.stopped(clock.millis(), why, List.of(), List.of(problem(before)));
    }

    /** Forgets a draft or one that has stopped. */
    public synchronized void delete(String id, String who) {
        Kept gone = require(id);
        refuse(
                gone.state() == Kept.State.RUNNING,
                "experiment " + id + " is running; stop it first");
        folder.delete(id);
        kept.remove(id);
        audit(who, "experiment.deleted", gone, Map.of());
    }

    private void unpin(String release) {
        boolean wanted =
                now.running().stream()
                        .flatMap(each -> each.kept().plan().arms().stream())
                        .anyMatch(arm -> arm.release().equals(release));
        if (!wanted) {
            releases.unpin(release);
        }
    }

    /** The experiments that have releases of their own; a rollout would take their visitors. */
    public List<String> namingReleases() {
        return now.running().stream()
                .filter(each -> each.kept().plan().namesReleases())
                .map(Running::id)
                .toList();
    }

    /** All, the newest first. */
    public List<Shown> list() {
        List<Kept> all;
        synchronized (this) {
            all = new ArrayList<>(kept.values());
        }
        all.sort(Comparator.comparingLong(Kept::createdAt).reversed());
        return all.stream().map(this::shown).toList();
    }

    /**
     * @throws VitrineException EXPERIMENT_NOT_FOUND
     */
    public Shown get(String id) {
        Kept found;
        synchronized (this) {
            found = require(id);
        }
        return shown(found);
    }

    private Kept require(String id) {
        Kept found = kept.get(id);
        if (found == null) {
            throw VitrineException.field(
                    DeploymentError.EXPERIMENT_NOT_FOUND,
                    "id",
                    "there is no experiment '" + id + "'");
        }
        return found;
    }

    private Shown shown(Kept one) {
        ExperimentPlan plan = one.plan();
        Optional<Findings> findings =
                switch (one.state()) {
                    case DRAFT -> Optional.empty();
                    case STOPPED ->
                            Optional.of(one)
                                    .filter(Kept::isCounted)
                                    .map(o -> Findings.of(plan, o.counted(), o.notes()));
                    case RUNNING ->
                            running(one.id())
                                    .map(running ->
                                            Findings.of(plan, counted(running), notes(running)));
                };
        return new Shown(
                plan,
                one.state().wire(),
                one.who(),
                one.createdAt(),
                one.startedAt(),
                one.stoppedAt(),
                one.reason(),
                problem(one),
                findings);
    }

    private String problem(Kept one) {
        Stuck why = stuck.get(one.id());
        return why == null
                ? String.join("; ", one.isCounted() ? List.of() : one.notes())
                : why.why();
    }

    /** Those that should run and cannot, until they are stopped. */
    public List<Stuck> stuck() {
        return List.copyOf(stuck.values());
    }

    /** What results have to say of how they come about. */
    private List<String> notes(Running running) {
        List<String> notes = new ArrayList<>();
        for (ArmPlan arm : running.kept().plan().arms()) {
            if (!arm.release().isEmpty() && !releases.isOpen(arm.release())) {
                notes.add(
                        "release "
                                + arm.release()
                                + " of arm "
                                + arm.name()
                                + " is not loaded: its visitors are answered by what is live and"
                                + " not counted");
            }
        }
        if (!running.visitors().trouble().isEmpty()) {
            notes.add(running.visitors().trouble());
        }
        if (running.visitors().isBeyond()) {
            notes.add(
                    "more visitors came than are counted: these are the first "
                            + running.visitors().capacity());
        }
        long switches = releases.switchesSince(running.kept().startedAt());
        boolean follows =
                running.kept().plan().arms().stream().anyMatch(arm -> arm.release().isEmpty());
        if (switches > 0 && follows) {
            notes.add(
                    "another release became live "
                            + switches
                            + (switches == 1 ? " time" : " times")
                            + " since it began; arms without a release of their own followed");
        }
        return notes;
    }

    private Optional<Running> running(String id) {
        return now.running().stream().filter(each -> each.id().equals(id)).findFirst();
    }

    /**
     * The part that a visitor has in an experiment on a serving config; empty where they are in
     * none, or cannot be told from others.
     */
    public Optional<Part> part(String visitorId, String userId, String servingConfig) {
        Now current = now;
        if (current.running().isEmpty() || visitorId.isEmpty()) {
            return Optional.empty();
        }
        long visitor = VisitorHash.number(visitorId);
        for (Running running : current.running()) {
            if (running.configs().contains(servingConfig)
                    && current.assignments().placement(running.id(), visitor)
                            instanceof Placement.In in) {
                return Optional.of(
                        new Part(
                                running,
                                in.index(),
                                running.numbers().bits(visitor),
                                past(visitorId, userId),
                                clock.millis()));
            }
        }
        return Optional.empty();
    }

    private Visitors.Past past(String visitorId, String userId) {
        return what -> {
            Shopper shopper = shoppers.find(visitorId, userId);
            long count =
                    switch (what) {
                        case INTERACTIONS ->
                                shopper.count(EventType.CLICK)
                                        + (long) shopper.count(EventType.DETAIL_PAGE_VIEW)
                                        + shopper.count(EventType.ADD_TO_CART);
                        case ORDERS -> shopper.count(EventType.PURCHASE_COMPLETE);
                    };
            return (float) Math.log1p(count);
        };
    }

    /**
     * Counts what a shopper did: clicks and impressions where the attribution token says that an
     * arm's answer caused them; carts and orders of visitors who were answered before.
     *
     * @param attribution what the event's token says; empty where it has none
     */
    public void happened(
            String visitorId, LoggedEvent event, Optional<AttributionToken> attribution) {
        List<Running> running = now.running();
        if (!running.isEmpty()) {
            EventCounts.count(running, visitorId, event, attribution);
        }
    }

    /** How many answer visitors. */
    public int running() {
        return now.running().size();
    }

    private void audit(String who, String action, Kept one, Map<String, String> more) {
        Map<String, String> evidence = new TreeMap<>(more);
        for (ArmPlan arm : one.plan().arms()) {
            evidence.put("arm." + arm.name(), arm.share() + " " + arm.differs());
        }
        try {
            audit.record(who, action, one.id(), evidence);
        } catch (VitrineException e) {
            LOG.log(System.Logger.Level.ERROR, action + " of " + one.id() + " is not kept", e);
        }
    }

    private static void refuse(boolean wrong, String message) {
        if (wrong) {
            throw new VitrineException(DeploymentError.EXPERIMENT_CONFLICT, message);
        }
    }

    @Override
    public void close() {
        List<Running> last = now.running();
        now = new Now(List.of(), new Assignments(0, LAYER, List.of()));
        last.forEach(each -> each.visitors().close());
        writer.shutdownNow();
    }
}
