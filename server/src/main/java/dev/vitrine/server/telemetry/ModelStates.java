package dev.vitrine.server.telemetry;

import dev.vitrine.inference.host.VersionEvent;
import dev.vitrine.inference.host.VersionState;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * In which state the versions of models are: the last changes, to be watched, and a gauge for each
 * version that is there or is the last of its model that failed.
 */
public final class ModelStates {
    /** Changes that are kept. */
    public static final int KEPT = 1_000;

    private static final long FAILED = -1;

    private final MeterRegistry registry;
    private final ArrayDeque<Change> changes = new ArrayDeque<>();
    private final Map<Key, Meter> gauges = new HashMap<>();
    private long last;

    /**
     * @param version -1 for whichever failed last
     */
    private record Key(String model, long version) {}

    /**
     * A version came into a state.
     *
     * @param number counts all changes since the start, from 1
     * @param reason why it failed; empty otherwise
     */
    public record Change(
            long number,
            Instant at,
            String model,
            long version,
            VersionState state,
            String reason) {}

    public ModelStates(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Keeps a change. */
    public synchronized void heard(VersionEvent event) {
        changes.addLast(
                new Change(
                        ++last,
                        event.at(),
                        event.model(),
                        event.version(),
                        event.state(),
                        event.reason()));
        if (changes.size() > KEPT) {
            changes.removeFirst();
        }
        forget(new Key(event.model(), event.version()));
        switch (event.state()) {
            case NEW, LOADING, WARMING, DRAINING -> show(event, event.version());
            case READY -> {
                forget(new Key(event.model(), FAILED));
                show(event, event.version());
            }
            case FAILED -> {
                forget(new Key(event.model(), FAILED));
                show(event, FAILED);
            }
            case UNLOADED -> {}
        }
    }

    private void show(VersionEvent event, long key) {
        Supplier<Number> one = () -> 1;
        gauges.put(
                new Key(event.model(), key),
                Gauge.builder("vitrine.model.state", one)
                        .description("1 for the state that a version of a model is in")
                        .tags(
                                Tags.of(
                                        "model",
                                        event.model(),
                                        "version",
                                        Long.toString(event.version()),
                                        "state",
                                        event.state().name()))
                        .strongReference(true)
                        .register(registry));
    }

    private void forget(Key key) {
        Meter meter = gauges.remove(key);
        if (meter != null) {
            registry.remove(meter);
        }
    }

    /** The changes with a higher number, the oldest that are kept first. */
    public synchronized List<Change> after(long number, int limit) {
        return changes.stream().filter(c -> c.number() > number).limit(limit).toList();
    }
}
