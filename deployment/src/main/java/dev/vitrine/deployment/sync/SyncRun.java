package dev.vitrine.deployment.sync;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.kernel.time.Progress;
import dev.vitrine.registry.RegistryError;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Does what a {@link SyncMachine} wants, on a few threads, until it ends. */
final class SyncRun {
    private final SyncSettings settings;
    private final InstantSource clock;
    private final Progress progress;

    SyncRun(SyncSettings settings, InstantSource clock, Progress progress) {
        this.settings = settings;
        this.clock = clock;
        this.progress = progress;
    }

    /**
     * Carries all that can be carried.
     *
     * @param step what people call it
     * @throws VitrineException STORAGE_UNREACHABLE when the thread is interrupted
     */
    SyncAction.End carry(String step, List<Parcel> parcels, Carrier carrier) {
        Map<String, Long> bytes = new HashMap<>();
        parcels.forEach(parcel -> bytes.put(parcel.name(), parcel.bytes()));
        SyncMachine machine = new SyncMachine(parcels, settings, clock.millis());
        BlockingQueue<SyncEvent> events = new ArrayBlockingQueue<>(settings.parallel());
        long total = bytes.values().stream().mapToLong(Long::longValue).sum();
        progress.start(step, "bytes", total);
        try (ExecutorService pool =
                Executors.newFixedThreadPool(
                        settings.parallel(),
                        Thread.ofPlatform().daemon().name("sync-", 0).factory())) {
            long done = 0;
            SyncEvent event = new SyncEvent.Begun();
            while (true) {
                Instant wake = null;
                for (SyncAction action : machine.step(event, clock.instant())) {
                    switch (action) {
                        case SyncAction.Carry carry ->
                                pool.execute(() -> events.add(carried(carrier, carry)));
                        case SyncAction.Wait wait -> wake = wait.until();
                        case SyncAction.End end -> {
                            progress.finish(
                                    parcels.size()
                                            - end.failed().size()
                                            + " parts, "
                                            + end.retries()
                                            + " sent again");
                            return end;
                        }
                    }
                }
                try {
                    event = await(events, wake);
                } catch (InterruptedException e) {
                    pool.shutdownNow();
                    Thread.currentThread().interrupt();
                    throw new VitrineException(
                            RegistryError.STORAGE_UNREACHABLE, "interrupted while synchronising");
                }
                if (event instanceof SyncEvent.Arrived(String name)) {
                    done += Optional.ofNullable(bytes.get(name)).orElse(0L);
                    progress.advance(done);
                }
            }
        }
    }

    private SyncEvent await(BlockingQueue<SyncEvent> events, @Nullable Instant wake)
            throws InterruptedException {
        if (wake == null) {
            return events.take();
        }
        long millis = Math.max(1, Duration.between(clock.instant(), wake).toMillis());
        SyncEvent event = events.poll(millis, TimeUnit.MILLISECONDS);
        return event == null ? new SyncEvent.Woken() : event;
    }

    private static SyncEvent carried(Carrier carrier, SyncAction.Carry carry) {
        String name = carry.parcel().name();
        try {
            carrier.carry(carry.parcel(), carry.attempt());
            return new SyncEvent.Arrived(name);
        } catch (VitrineException e) {
            boolean again =
                    e.code() == RegistryError.STORAGE_UNREACHABLE
                            || e.code() == RegistryError.REGISTRY_BUSY;
            return new SyncEvent.Lost(name, again, String.valueOf(e.getMessage()));
        } catch (RuntimeException | Error e) {
            return new SyncEvent.Lost(name, false, e.toString());
        }
    }
}
