package dev.vitrine.inference.host;

import dev.vitrine.inference.batch.BatchLimit;
import dev.vitrine.inference.batch.BatchPlan;
import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.swap.Slot;
import dev.vitrine.inference.swap.SlotEvent;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One version with its session, from its reservation to the return of its memory. */
final class Version {
    /** Rows in one run at most; what pays is learned below that. */
    private static final int MOST_ROWS = 1024;

    final ModelSpec spec;
    private final MemoryBudget memory;
    private final BiConsumer<Version, String> changed;
    private final Slot<OnnxSession> slot;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable BatchQueue queue;
    private volatile VersionState state = VersionState.NEW;

    /**
     * @param changed is told each new state, with a reason where it failed
     */
    Version(
            ModelSpec spec,
            MemoryBudget memory,
            Executor closer,
            BiConsumer<Version, String> changed) {
        this.spec = spec;
        this.memory = memory;
        this.changed = changed;
        this.slot = new Slot<>(spec.name() + "/" + spec.version(), closer, this::heard);
    }

    VersionState state() {
        return state;
    }

    private void become(VersionState next, String reason) {
        synchronized (this) {
            if (!state.mayBecome(next)) {
                throw new IllegalStateException(
                        spec.name() + "/" + spec.version() + " is " + state + ", not " + next);
            }
            state = next;
        }
        changed.accept(this, reason);
    }

    /** Reserves, loads and warms; ready on return. */
    void load() {
        try {
            memory.reserve("model " + spec.name() + "/" + spec.version(), spec.bytes());
        } catch (VitrineException e) {
            become(VersionState.FAILED, e.getMessage());
            ended.countDown();
            throw e;
        }
        boolean ready = false;
        String reason = "";
        Optional<OnnxSession> opened = Optional.empty();
        try {
            become(VersionState.LOADING, "");
            OnnxSession session = OnnxSession.open(spec.file(), spec.settings());
            opened = Optional.of(session);
            become(VersionState.WARMING, "");
            for (Map<String, dev.vitrine.inference.tensor.Tensor> request : spec.warmup()) {
                session.run(request);
            }
            queue =
                    new BatchQueue(
                            new BatchLimit(MOST_ROWS),
                            BatchPlan.fits(session.signature(), spec.batchable()),
                            System::nanoTime);
            if (!slot.install(session)) {
                throw new IllegalStateException("a version is loaded once");
            }
            ready = true;
        } catch (VitrineException e) {
            reason = String.valueOf(e.getMessage());
            throw e;
        } finally {
            if (!ready) {
                opened.ifPresent(OnnxSession::close);
                memory.release(spec.bytes());
                become(VersionState.FAILED, reason);
                ended.countDown();
            }
        }
        become(VersionState.READY, "");
    }

    Optional<ModelLease> lease() {
        return slot.tryLease()
                .map(lease -> new ModelLease(spec, lease, Objects.requireNonNull(queue)));
    }

    /** Leases nothing any more; the memory comes back after the last lease. */
    void retire() {
        become(VersionState.DRAINING, "");
        slot.close();
    }

    /** Waits until the memory is back; false when the deadline came first. */
    boolean awaitEnd(Duration deadline) throws InterruptedException {
        return ended.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void heard(SlotEvent event) {
        if (event instanceof SlotEvent.Closed closed) {
            memory.release(spec.bytes());
            become(VersionState.UNLOADED, closed.failure().map(Exception::toString).orElse(""));
            ended.countDown();
        }
    }
}
