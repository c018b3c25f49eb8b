package dev.vitrine.server.wiring;

import dev.vitrine.deployment.rollout.Rollout;
import dev.vitrine.deployment.rollout.Rollout.State;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.http.WatchPort.AlertView;
import dev.vitrine.server.rollout.Rollouts;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * Tells people on call of rollouts: what is in motion, what has ended how, and what was taken back.
 * Looks at the registry at most once a second, and while that is not heard from goes by what it saw
 * last. Thread-safe.
 */
public final class RolloutSignals {
    /** How long an alert tells of what was taken back, where no other rollout begins. */
    static final Duration TOLD = Duration.ofDays(7);

    private static final System.Logger LOG = System.getLogger(RolloutSignals.class.getName());

    /** Rollouts that are looked back at; of more between two looks the oldest are not counted. */
    private static final int LOOKED_AT = 50;

    private static final long EVERY_MILLIS = 1_000;

    private final Supplier<Optional<Rollout>> newest;
    private final IntFunction<List<Rollout>> last;
    private final InstantSource clock;
    private final Map<State, Long> ended = new EnumMap<>(State.class);
    private Optional<Rollout> seen = Optional.empty();
    private Set<String> counted = Set.of();
    private long lookedAt;

    public RolloutSignals(Rollouts rollouts, InstantSource clock) {
        this(rollouts::rollout, rollouts::list, clock);
    }

    /**
     * @param newest the rollout in motion, or the last
     * @param last as many of the last rollouts as are asked for
     */
    RolloutSignals(
            Supplier<Optional<Rollout>> newest,
            IntFunction<List<Rollout>> last,
            InstantSource clock) {
        this.newest = newest;
        this.last = last;
        this.clock = clock;
        look();
        ended.clear(); // counters of a process begin at 0
    }

    /** Adds what rollouts do to the metrics. */
    public void meters(MeterRegistry registry) {
        for (State state : State.values()) {
            if (state.isEnd()) {
                FunctionCounter.builder("vitrine.rollouts.ended", this, all -> all.ended(state))
                        .description("Rollouts that ended while this server ran, by how")
                        .tag("outcome", RolloutViews.name(state))
                        .register(registry);
            } else {
                Gauge.builder("vitrine.rollout.state", this, all -> all.isIn(state) ? 1 : 0)
                        .description("1 for the state of the rollout that has not ended yet")
                        .tag("state", RolloutViews.name(state))
                        .strongReference(true)
                        .register(registry);
            }
        }
    }

    private synchronized long ended(State state) {
        look();
        return ended.getOrDefault(state, 0L);
    }

    private synchronized boolean isIn(State state) {
        look();
        return seen.map(Rollout::state).filter(state::equals).isPresent();
    }

    /** Of the newest rollout, where its release was taken back; until another rollout begins. */
    public synchronized List<AlertView> alerts() {
        look();
        return seen
                .filter(RolloutSignals::isTakenBack)
                .filter(rollout -> clock.instant().isBefore(backSince(rollout).plus(TOLD)))
                .map(rollout ->
                        new AlertView(
                                "rollout-taken-back",
                                "warning",
                                backSince(rollout).toEpochMilli(),
                                "release "
                                        + rollout.candidate()
                                        + " was taken back in rollout "
                                        + rollout.id()
                                        + (answers(rollout)
                                                ? ", and " + rollout.previous() + " answers: "
                                                : ": ")
                                        + rollout.reason()))
                .stream()
                .toList();
    }

    /**
     * One that fails at once fails since what was live is refused or something else became live.
     */
    private static boolean answers(Rollout rollout) {
        return rollout.state() != State.FAILED
                || rollout.history().stream().anyMatch(m -> m.state() == State.ROLLING_BACK);
    }

    /** Whoever aborts a rollout knows it. */
    private static boolean isTakenBack(Rollout rollout) {
        State end =
                rollout.state() == State.ROLLING_BACK
                        ? rollout.ending().orElse(State.FAILED)
                        : rollout.state();
        return end == State.ROLLED_BACK || end == State.FAILED;
    }

    private static Instant backSince(Rollout rollout) {
        return rollout.history().stream()
                .filter(moment -> moment.state() == State.ROLLING_BACK)
                .map(Rollout.Moment::at)
                .reduce((first, second) -> second)
                .orElse(rollout.times().seen());
    }

    private synchronized void look() {
        long now = clock.millis();
        if (lookedAt != 0 && Math.abs(now - lookedAt) < EVERY_MILLIS) {
            return;
        }
        lookedAt = now;
        try {
            Optional<Rollout> found = newest.get();
            if (!key(found).equals(key(seen))) {
                count(last.apply(LOOKED_AT));
            }
            seen = found;
        } catch (VitrineException e) {
            LOG.log(System.Logger.Level.DEBUG, "rollouts are not seen", e);
        }
    }

    private static String key(Optional<Rollout> rollout) {
        return rollout.map(r -> r.id() + " " + r.state()).orElse("");
    }

    private void count(List<Rollout> rollouts) {
        Set<String> over = new HashSet<>();
        for (Rollout rollout : rollouts) {
            if (rollout.state().isEnd()) {
                over.add(rollout.id());
                if (!counted.contains(rollout.id())) {
                    ended.merge(rollout.state(), 1L, Long::sum);
                }
            }
        }
        counted = Set.copyOf(over);
    }
}
