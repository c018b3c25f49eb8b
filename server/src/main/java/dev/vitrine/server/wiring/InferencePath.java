package dev.vitrine.server.wiring;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.admission.Admission;
import dev.vitrine.inference.admission.ClientRates;
import dev.vitrine.inference.admission.Ladder;
import dev.vitrine.inference.admission.Refusal;
import dev.vitrine.inference.admission.Workload;
import dev.vitrine.inference.batch.Turns;
import dev.vitrine.inference.batch.TurnsTaken;
import dev.vitrine.inference.cache.InputKey;
import dev.vitrine.inference.cache.ResultCache;
import dev.vitrine.inference.cache.Tensors;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.ErrorCode;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.http.InferencePort.CacheCounts;
import dev.vitrine.server.http.InferencePort.Outcome;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.InferRequest;
import dev.vitrine.server.telemetry.GuardMeters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of a request around the run: how often its client may ask, which step of the model's
 * ladder answers, what is kept or being worked out already, and whether it is let in.
 */
final class InferencePath implements AutoCloseable {
    /** What an answer that was kept is served by. */
    static final String CACHED = "cached";

    /** New answers for old ones are worked out when there is nothing better to do. */
    private static final int REFRESH_PRIORITY = 3;

    /** Between two lines of the log about steps of one ladder that fail. */
    private static final long QUIET_NANOS = Duration.ofMinutes(1).toNanos();

    private static final System.Logger LOG = System.getLogger(InferencePath.class.getName());

    private final Models models;
    private final GuardSettings settings;
    private final GuardMeters meters;
    private final LongSupplier clock;
    private final Workload workload;
    private final ClientRates clients;
    private final ExecutorService refresher = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Door> doors = new ConcurrentHashMap<>();

    /** What runs. */
    interface Models {
        Leased lease(InferCall call);
    }

    /** A version that runs until this is closed. */
    interface Leased extends AutoCloseable {
        long version();

        /** Names of all outputs. */
        List<String> outputs();

        /**
         * Looks whether a request fits, without a run.
         *
         * @throws VitrineException INPUT_INVALID or OUTPUT_UNKNOWN
         */
        void check(Map<String, Tensor> inputs, List<String> outputs);

        /** Whether requests can be taken apart and put together by rows. */
        boolean hasRows();

        /** What a run is likely to take by itself; 0 where nothing is known. */
        long likelyNanos(Map<String, Tensor> inputs);

        /**
         * Runs once.
         *
         * @throws VitrineException RUN_CANCELLED at the deadline, and what else a run may meet
         */
        Ran run(
                Map<String, Tensor> inputs,
                List<String> outputs,
                int priority,
                Duration timeout,
                Cancellation cancellation);

        @Override
        void close();
    }

    /**
     * What a run gave and took.
     *
     * @param waitedNanos until it began
     */
    record Ran(Map<String, Tensor> outputs, long waitedNanos, long runNanos, int sharing) {}

    /** All that is known of one model. */
    private static final class Door {
        final Admission admission;
        final Map<Long, KeptAnswers> kept = new ConcurrentHashMap<>();

        /** Versions that answer; read and changed only where the map of doors is locked for it. */
        final Set<Long> versions = new HashSet<>();

        private final AtomicLong nextWarning;
        volatile @Nullable Ladder ladder;

        Door(Admission admission, long now) {
            this.admission = admission;
            this.nextWarning = new AtomicLong(now);
        }

        boolean mayWarn(long now) {
            long next = nextWarning.get();
            return now - next >= 0 && nextWarning.compareAndSet(next, now + QUIET_NANOS);
        }
    }

    /**
     * @param processors runs at once
     * @param clock monotonic nanoseconds
     */
    InferencePath(
            Models models,
            GuardSettings settings,
            int processors,
            GuardMeters meters,
            LongSupplier clock) {
        this.models = models;
        this.settings = settings;
        this.meters = meters;
        this.clock = clock;
        this.workload = new Workload(processors);
        this.clients = new ClientRates(settings.clientRequestsPerSecond(), settings.clients());
    }

    /**
     * A version is about to answer, with what it declares. Versions of a model come and go in
     * different threads; the door that they share is there from the first to the last.
     */
    void opened(String model, long version, ServingOptions options) {
        doors.compute(
                model,
                (name, there) -> {
                    Door door = there == null ? open(name) : there;
                    door.versions.add(version);
                    door.ladder =
                            options.ladder().isEmpty() ? null : ladder(model, options.ladder());
                    if (options.cache().isOn()) {
                        KeptAnswers kept =
                                new KeptAnswers(
                                        options.cache(),
                                        clock,
                                        refresher,
                                        () -> meters.refused(model, Refusal.CACHE));
                        door.kept.put(version, kept);
                        meters.cached(model, version, kept::counts);
                    }
                    return door;
                });
    }

    private Door open(String model) {
        long now = clock.getAsLong();
        Door door = new Door(new Admission(settings.admission(), workload, now), now);
        meters.opened(model, door.admission, () -> step(door));
        return door;
    }

    private Ladder ladder(String model, List<String> below) {
        List<String> steps = new ArrayList<>(below);
        steps.addFirst(model);
        return new Ladder(
                steps,
                settings.ladder(),
                clock.getAsLong(),
                (from, to, pressure) ->
                        LOG.log(
                                System.Logger.Level.INFO,
                                "ladder model={0} from={1} to={2} pressure={3}",
                                model,
                                from,
                                to,
                                pressure));
    }

    private static int step(Door door) {
        Ladder ladder = door.ladder;
        return ladder == null ? 0 : ladder.step();
    }

    /** A version answers no more: what it had answered goes with it. */
    void closed(String model, long version) {
        doors.computeIfPresent(
                model,
                (name, door) -> {
                    door.kept.remove(version);
                    meters.uncached(name, version);
                    door.versions.remove(version);
                    if (!door.versions.isEmpty()) {
                        return door;
                    }
                    door.admission.close();
                    meters.closed(name);
                    return null;
                });
    }

    /** As {@link InferencePort#likelyNanos}. */
    long likelyNanos(InferCall call) {
        Door door = doors.get(call.model());
        if (door == null || door.ladder != null || !door.kept.isEmpty()) {
            return 0;
        }
        try (Leased lease = models.lease(call)) {
            return lease.likelyNanos(call.request().inputs());
        } catch (VitrineException e) {
            return 0; // What is wrong with it is said when it is answered.
        }
    }

    /**
     * Answers a request, or refuses it at once.
     *
     * @throws TurnsTaken as {@link Turns#run}; it is not counted then and may come again
     */
    Outcome infer(InferCall call) {
        long now = clock.getAsLong();
        long wait = clients.take(call.client(), now);
        if (wait > 0) {
            meters.refused(call.model(), Refusal.CLIENT);
            throw VitrineException.refusal(
                    InferenceError.CLIENT_RATE_EXCEEDED,
                    "'"
                            + call.client()
                            + "' asks more often than it may; try again in "
                            + Math.max(1, wait / 1_000_000)
                            + " ms");
        }
        try {
            return admitted(call, now);
        } catch (TurnsTaken e) {
            clients.giveBack(call.client());
            throw e;
        }
    }

    private Outcome admitted(InferCall call, long now) {
        Door door = doors.get(call.model());
        Ladder ladder = door == null ? null : door.ladder;
        if (door == null || ladder == null) {
            return answer(call, now + call.timeout().toNanos());
        }
        return byLadder(call, door, ladder, now);
    }

    /**
     * From the step that is given now downwards, until one answers. What is wrong with a lower step
     * is not for the caller, who asked for another model; where none answers, it is refused. Who
     * names a version is answered by that version or refused.
     */
    private Outcome byLadder(InferCall call, Door door, Ladder ladder, long now) {
        long end = now + call.timeout().toNanos();
        int first = ladder.look(now, door.admission.pressure());
        if (call.version().isPresent() || call.label().isPresent()) {
            return onLadder(answer(call, end));
        }
        @Nullable VitrineException refusal = null;
        for (int step = first; step < ladder.steps().size(); step++) {
            String name = ladder.steps().get(step);
            try {
                if (name.equals(CACHED)) {
                    Optional<Outcome> kept = kept(call);
                    if (kept.isPresent()) {
                        return kept.get();
                    }
                } else {
                    Outcome outcome = answer(step == 0 ? call : instead(call, name), end);
                    return onLadder(outcome);
                }
            } catch (VitrineException e) {
                if (isRefusal(e.code())) {
                    refusal = refusal == null ? e : refusal;
                } else if (step == 0 || e.code() == InferenceError.RUN_CANCELLED) {
                    throw e;
                } else {
                    check(call);
                    warn(call.model(), door, name, e);
                }
            }
        }
        throw refusal == null
                ? VitrineException.refusal(
                        InferenceError.RUNNERS_BUSY,
                        "'"
                                + call.model()
                                + "' has no room, nor its ladder an answer; try again soon")
                : refusal;
    }

    /** Says which model answered also where that one declares nothing. */
    private static Outcome onLadder(Outcome outcome) {
        return outcome.servedBy().isEmpty()
                ? new Outcome(
                        outcome.model(), outcome.version(), outcome.outputs(), outcome.model())
                : outcome;
    }

    /** Whether the request fits the model that it names; if not, that is what the caller hears. */
    private void check(InferCall call) {
        try (Leased lease = models.lease(call)) {
            lease.check(call.request().inputs(), wanted(call.request(), lease));
        }
    }

    private void warn(String model, Door door, String step, VitrineException problem) {
        if (door.mayWarn(clock.getAsLong())) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "ladder model={0}: its step {1} cannot answer: {2}",
                    model,
                    step,
                    problem.getMessage());
        }
    }

    private static boolean isRefusal(ErrorCode code) {
        return code == InferenceError.RUNNERS_BUSY || code == InferenceError.DEADLINE_UNREACHABLE;
    }

    private static InferCall instead(InferCall call, String model) {
        return new InferCall(
                model,
                OptionalLong.empty(),
                Optional.empty(),
                call.request(),
                call.client(),
                call.priority(),
                call.timeout(),
                call.cancellation());
    }

    private Optional<Outcome> kept(InferCall call) {
        try (Leased lease = models.lease(call)) {
            KeptAnswers kept = keptBy(call.model(), lease.version());
            if (kept == null || kept.isByRows()) {
                return Optional.empty();
            }
            InferRequest request = call.request();
            return kept.peek(InputKey.of(request.inputs(), wanted(request, lease)))
                    .map(outputs -> new Outcome(call.model(), lease.version(), outputs, CACHED));
        }
    }

    private @Nullable KeptAnswers keptBy(String model, long version) {
        Door door = doors.get(model);
        return door == null ? null : door.kept.get(version);
    }

    private static List<String> wanted(InferRequest request, Leased lease) {
        return request.outputs().isEmpty()
                ? lease.outputs()
                : request.outputs().stream().map(InferRequest.Output::name).toList();
    }

    private Outcome answer(InferCall call, long end) {
        try (Leased lease = models.lease(call)) {
            List<String> wanted = wanted(call.request(), lease);
            KeptAnswers kept = keptBy(call.model(), lease.version());
            Map<String, Tensor> inputs = call.request().inputs();
            if (kept == null) {
                return new Outcome(
                        call.model(), lease.version(), run(lease, call, inputs, wanted, end), "");
            }
            ResultCache.Found<Map<String, Tensor>> found =
                    kept.get(
                            InputKey.of(inputs, wanted),
                            end - clock.getAsLong(),
                            call.cancellation()::isCancelled,
                            () -> work(kept, lease, call, inputs, wanted, end),
                            () -> later(kept, lease.version(), call, wanted));
            return new Outcome(
                    call.model(), lease.version(), found.value(), servedBy(call, found.source()));
        }
    }

    private static String servedBy(InferCall call, ResultCache.Source source) {
        return switch (source) {
            case HIT, STALE -> CACHED;
            case WAITED, RAN -> call.model();
        };
    }

    /** Runs for a cache: what comes out shares nothing with the run. */
    private Map<String, Tensor> work(
            KeptAnswers kept,
            Leased lease,
            InferCall call,
            Map<String, Tensor> inputs,
            List<String> wanted,
            long end) {
        if (kept.isByRows() && lease.hasRows()) {
            return kept.rows(inputs, wanted, some -> run(lease, call, some, wanted, end));
        }
        return Tensors.copy(run(lease, call, inputs, wanted, end));
    }

    private Supplier<Map<String, Tensor>> later(
            KeptAnswers kept, long version, InferCall call, List<String> wanted) {
        Map<String, Tensor> inputs = Tensors.copy(call.request().inputs());
        InferCall quiet =
                new InferCall(
                        call.model(),
                        OptionalLong.of(version),
                        Optional.empty(),
                        call.request(),
                        "",
                        REFRESH_PRIORITY,
                        InferCall.TIMEOUT,
                        new Cancellation());
        return () -> {
            try (Leased lease = models.lease(quiet)) {
                long end = clock.getAsLong() + quiet.timeout().toNanos();
                return work(kept, lease, quiet, inputs, wanted, end);
            }
        };
    }

    private Map<String, Tensor> run(
            Leased lease,
            InferCall call,
            Map<String, Tensor> inputs,
            List<String> wanted,
            long end) {
        Door door = doors.get(call.model());
        if (door == null) {
            // Its last version is being taken away; who has a lease on it may still use it.
            return lease.run(inputs, wanted, call.priority(), left(end), call.cancellation())
                    .outputs();
        }
        long now = clock.getAsLong();
        return switch (door.admission.enter(now, call.priority(), end - now)) {
            case Admission.Refused refused -> throw refusal(call.model(), refused);
            case Admission.Ticket ticket -> run(lease, call, inputs, wanted, end, ticket);
        };
    }

    private Map<String, Tensor> run(
            Leased lease,
            InferCall call,
            Map<String, Tensor> inputs,
            List<String> wanted,
            long end,
            Admission.Ticket ticket) {
        boolean inside = true;
        try {
            Ran ran = lease.run(inputs, wanted, call.priority(), left(end), call.cancellation());
            inside = false;
            ticket.ran(clock.getAsLong(), ran.waitedNanos(), ran.runNanos(), ran.sharing());
            return ran.outputs();
        } catch (TurnsTaken e) {
            inside = false;
            ticket.comesAgain();
            throw e;
        } catch (VitrineException e) {
            if (e.code() == InferenceError.RUNNERS_BUSY) {
                meters.refused(call.model(), Refusal.QUEUE);
            }
            boolean late =
                    e.code() == InferenceError.RUN_CANCELLED && !call.cancellation().isCancelled();
            if (late) {
                inside = false;
                ticket.dropped(clock.getAsLong());
            }
            throw e;
        } finally {
            if (inside) {
                ticket.leave();
            }
        }
    }

    private Duration left(long end) {
        return Duration.ofNanos(Math.max(0, end - clock.getAsLong()));
    }

    private static VitrineException refusal(String model, Admission.Refused refused) {
        return switch (refused.why()) {
            case LIMIT, CLIENT, QUEUE, CACHE ->
                    VitrineException.refusal(
                            InferenceError.RUNNERS_BUSY,
                            "'"
                                    + model
                                    + "' has as many requests as it can answer; try again"
                                    + " soon");
            case PRIORITY ->
                    VitrineException.refusal(
                            InferenceError.RUNNERS_BUSY,
                            "'" + model + "' answers requests of better priority; try again soon");
            case DEADLINE ->
                    VitrineException.refusal(
                            InferenceError.DEADLINE_UNREACHABLE,
                            "'"
                                    + model
                                    + "' could not answer in time: it would begin after "
                                    + refused.waitNanos() / 1_000_000
                                    + " ms; try again soon");
        };
    }

    CacheCounts cache(String model, long version) {
        KeptAnswers kept = keptBy(model, version);
        return kept == null ? CacheCounts.NONE : kept.statistics();
    }

    @Override
    public void close() {
        refresher.shutdownNow();
    }
}
