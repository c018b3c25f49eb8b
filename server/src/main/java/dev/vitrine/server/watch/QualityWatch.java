package dev.vitrine.server.watch;

import dev.vitrine.applications.recommend.AttributionToken;
import dev.vitrine.applications.recommend.ServingRelease;
import dev.vitrine.data.feature.CatalogFacts;
import dev.vitrine.inference.swap.Lease;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.registry.release.Release;
import dev.vitrine.server.shop.Shop;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Evaluates the live release beside serving, when it is asked to and by its schedule, one at a time
 * on one thread that waits while shelves are under pressure.
 */
public final class QualityWatch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(QualityWatch.class.getName());
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Duration AFTER_FAILURE = Duration.ofMinutes(10);
    private static final long BREATH_MILLIS = 50;

    /** So long an evaluation waits for quiet, all together; then it goes on. */
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private static final String SCHEDULE = "schedule";

    private final Shop shop;
    private final Supplier<Lease<ServingRelease>> leases;
    private final Function<String, Optional<Release>> releases;
    private final Function<String, Optional<AttributionToken>> tokens;
    private final BooleanSupplier pressed;
    private final WatchSettings settings;
    private final EvaluationStore store;
    private final InstantSource clock;
    private final BlockingQueue<String> asked = new ArrayBlockingQueue<>(1);
    private final Thread thread;
    private volatile Status status = new Status(State.IDLE, "", 0, "");
    private volatile long failedAt;
    private long waited;

    /** Where the watch stands. */
    public enum State {
        IDLE,
        RUNNING,
        FAILED
    }

    /**
     * @param step what goes on, in words; empty while nothing does
     * @param startedAt of the one that runs or ran last, epoch milliseconds; 0 before the first
     * @param message why the last did not end with an evaluation; empty where it did
     */
    public record Status(State state, String step, long startedAt, String message) {}

    /**
     * @param leases on the live release
     * @param releases finds one by its id
     * @param tokens reads what says which shelf an event follows
     * @param pressed whether shelves are under pressure
     */
    public QualityWatch(
            Shop shop,
            Supplier<Lease<ServingRelease>> leases,
            Function<String, Optional<Release>> releases,
            Function<String, Optional<AttributionToken>> tokens,
            BooleanSupplier pressed,
            WatchSettings settings,
            EvaluationStore store,
            InstantSource clock) {
        this.shop = shop;
        this.leases = leases;
        this.releases = releases;
        this.tokens = tokens;
        this.pressed = pressed;
        this.settings = settings;
        this.store = store;
        this.clock = clock;
        this.thread = Thread.ofPlatform().name("quality-watch").daemon().unstarted(this::loop);
    }

    /** Begins to look at the schedule. */
    public void start() {
        thread.start();
    }

    /** Asks for an evaluation now; nothing changes when one is already asked for. */
    public void ask(String who) {
        if (thread.getState() == Thread.State.NEW) {
            idle(
                    0,
                    "this server does not train: releases are evaluated where the log is that"
                            + " they were made from");
        } else {
            asked.offer(who);
        }
    }

    public EvaluationStore store() {
        return store;
    }

    public WatchSettings settings() {
        return settings;
    }

    public Status status() {
        return status;
    }

    /** Events that came after the newest evaluation, or the data of the live release. */
    public long newEvents() {
        return liveRelease().map(this::newEvents).orElse(0L);
    }

    private long newEvents(Release release) {
        long seen =
                store.newest()
                        .filter(newest -> newest.release().equals(release.id()))
                        .map(newest -> newest.span().to())
                        .orElse(0L);
        long data = release.manifest().logOffset();
        return Math.max(0, shop.events().log().endOffset() - Math.max(seen, data));
    }

    /** When the next is due by time, epoch milliseconds; enough events have to be there, too. */
    public long nextAt() {
        long last = store.newest().map(Evaluation::at).orElse(0L);
        return Math.max(
                last == 0 ? 0 : last + settings.every().toMillis(),
                failedAt == 0 ? 0 : failedAt + AFTER_FAILURE.toMillis());
    }

    private Optional<Release> liveRelease() {
        try (Lease<ServingRelease> lease = leases.get()) {
            return releases.apply(lease.value().id());
        } catch (VitrineException none) {
            return Optional.empty();
        }
    }

    private void loop() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                String who = asked.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
                if (who != null || isDue()) {
                    evaluate(who == null ? SCHEDULE : who);
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private boolean isDue() {
        return clock.millis() >= nextAt() && newEvents() >= settings.atLeastEvents();
    }

    /** Evaluates in the calling thread; what fails is told by {@link #status}. */
    void evaluate(String who) {
        long startedAt = clock.millis();
        status = new Status(State.RUNNING, "beginning", startedAt, "");
        waited = 0;
        try {
            Optional<Evaluation> found = find(who, startedAt);
            if (found.isEmpty()) {
                idle(startedAt, "no event came after the data of the live release");
                return;
            }
            Evaluation kept = store.add(found.get());
            failedAt = 0;
            idle(startedAt, "");
            LOG.log(
                    System.Logger.Level.INFO,
                    "evaluated release={0} verdict={1} drift={2} questions={3} seconds={4}",
                    kept.release(),
                    kept.verdict().state().wire(),
                    kept.drift().state().wire(),
                    kept.questions(),
                    kept.seconds());
        } catch (CancellationException stopped) {
            Thread.currentThread().interrupt();
            idle(startedAt, "stopped");
        } catch (RuntimeException e) {
            String why = e instanceof VitrineException ? e.getMessage() : e.toString();
            failedAt = clock.millis();
            status = new Status(State.FAILED, "", startedAt, String.valueOf(why));
            LOG.log(System.Logger.Level.WARNING, "evaluation failed: {0}", why);
        }
    }

    private void idle(long startedAt, String message) {
        status = new Status(State.IDLE, "", startedAt, message);
    }

    private Optional<Evaluation> find(String who, long startedAt) {
        CatalogFacts facts = LiveEvaluation.facts(shop.catalog());
        ReleaseRespondent respondent =
                new ReleaseRespondent(shop.catalog(), facts, this::leaseInQuiet);
        Optional<Release> release = releases.apply(respondent.release());
        if (release.isEmpty()) {
            return Optional.empty();
        }
        return new LiveEvaluation(
                        shop.events(),
                        shop.catalog(),
                        shop.state().settings(),
                        clock,
                        tokens,
                        step -> status = new Status(State.RUNNING, step, startedAt, ""))
                .run(
                        new LiveEvaluation.Subject(
                                release.get().id(),
                                release.get().manifest().logOffset(),
                                Judged.Made.of(release.get().manifest())),
                        respondent,
                        facts,
                        who);
    }

    private Lease<ServingRelease> leaseInQuiet() {
        while (pressed.getAsBoolean() && waited < LONGEST_WAIT.toMillis()) {
            try {
                Thread.sleep(BREATH_MILLIS);
            } catch (InterruptedException e) {
                throw new CancellationException("stopped");
            }
            waited += BREATH_MILLIS;
        }
        return leases.get();
    }

    @Override
    public void close() {
        if (thread.getState() == Thread.State.NEW) {
            return;
        }
        thread.interrupt();
        try {
            thread.join(Duration.ofSeconds(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
