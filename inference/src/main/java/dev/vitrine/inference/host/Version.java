package dev.vitrine.inference.host;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.batch.BatchLimit;
import dev.vitrine.inference.batch.BatchPlan;
import dev.vitrine.inference.batch.BatchQueue;
import dev.vitrine.inference.batch.Padding;
import dev.vitrine.inference.platform.NativeMemory;
import dev.vitrine.inference.session.OnnxSession;
import dev.vitrine.inference.swap.Slot;
import dev.vitrine.inference.swap.SlotEvent;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One version with its session, from its reservation to the return of its memory. */
final class Version {
    private static final System.Logger LOG = System.getLogger(Version.class.getName());

    /** Rows in one run at most; what pays is learned below that. */
    private static final int MOST_ROWS = 1024;

    /** Kept beside what was measured: the sixteenth part of it, and at least this. */
    private static final long LEAST_FOR_RUNS = 8L << 20;

    private static final int SHARE_FOR_RUNS = 16;

    final ModelSpec spec;
    private final MemoryBudget memory;
    private final NativeMemory measured;
    private final SessionOpener opener;
    private final BiConsumer<Version, String> changed;
    private final Slot<OnnxSession> slot;
    private final BatchLimit limit;
    private final UnderWay underWay;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile @Nullable BatchQueue queue;
    private volatile VersionState state = VersionState.NEW;
    private volatile String reason = "";
    private volatile long reserved;

    /**
     * @param before whose place it takes; it begins with what that one has learned of runs
     * @param changed is told each new state, with a reason where it failed
     */
    Version(
            ModelSpec spec,
            @Nullable Version before,
            MemoryBudget memory,
            NativeMemory measured,
            SessionOpener opener,
            Executor closer,
            BiConsumer<Version, String> changed) {
        this.spec = spec;
        this.underWay = new UnderWay(spec);
        this.limit = before == null ? new BatchLimit(MOST_ROWS) : before.limit.forNext();
        this.memory = memory;
        this.measured = measured;
        this.opener = opener;
        this.changed = changed;
        this.slot = new Slot<>(spec.name() + "/" + spec.version(), closer, this::heard);
    }

    /** Bytes that are counted for it now. */
    long reserved() {
        return reserved;
    }

    VersionState state() {
        return state;
    }

    /** Why it failed; empty where it has not. */
    String reason() {
        return reason;
    }

    private void become(VersionState next, String why) {
        synchronized (this) {
            if (!state.mayBecome(next)) {
                throw new IllegalStateException(
                        spec.name() + "/" + spec.version() + " is " + state + ", not " + next);
            }
            reason = why;
            state = next;
        }
        changed.accept(this, why);
    }

    /** Reserves, loads and warms; ready on return. */
    void load() {
        String what = "model " + spec.name() + "/" + spec.version();
        try {
            memory.reserve(what, spec.bytes());
            reserved = spec.bytes();
        } catch (VitrineException e) {
            become(VersionState.FAILED, e.getMessage());
            ended.countDown();
            throw e;
        }
        boolean ready = false;
        String why = "";
        Optional<OnnxSession> opened = Optional.empty();
        OptionalLong before = measured.used(folder());
        try {
            become(VersionState.LOADING, "");
            OnnxSession session = opener.open(spec);
            opened = Optional.of(session);
            become(VersionState.WARMING, "");
            warm(session);
            correct(what, before);
            queue =
                    new BatchQueue(
                            limit,
                            BatchPlan.fits(session.signature(), spec.batchable()),
                            Padding.of(session.signature(), spec.pads()));
            if (!slot.install(session)) {
                throw new IllegalStateException("a version is loaded once");
            }
            ready = true;
        } catch (VitrineException e) {
            why = String.valueOf(e.getMessage());
            throw e;
        } catch (RuntimeException | Error e) {
            why = e.toString();
            throw e;
        } finally {
            if (!ready) {
                opened.ifPresent(OnnxSession::close);
                measured.giveBack();
                release();
                become(VersionState.FAILED, why);
                ended.countDown();
            }
        }
        become(VersionState.READY, "");
    }

    /** Given requests have to succeed; made-up ones only touch what they reach. */
    private void warm(OnnxSession session) {
        for (Map<String, Tensor> request : spec.warmup()) {
            session.run(request);
        }
        if (spec.warmup().isEmpty()) {
            for (Map<String, Tensor> request : SyntheticRequests.of(session.signature())) {
                try {
                    session.run(request);
                } catch (VitrineException e) {
                    return; // The model does not take zeros of that shape, which nobody declared.
                }
            }
        }
    }

    private Path folder() {
        return spec.file().toAbsolutePath().resolveSibling("");
    }

    /**
     * From the estimate to what it was seen to take, and some for runs larger than those yet. What
     * others give back meanwhile is missing in what was seen; its files are in any case there.
     */
    private void correct(String what, OptionalLong before) {
        OptionalLong now = measured.used(folder());
        if (before.isPresent() && now.isPresent()) {
            long taken = Math.max(spec.fileBytes(), now.getAsLong() - before.getAsLong());
            long declared = taken + Math.max(LEAST_FOR_RUNS, taken / SHARE_FOR_RUNS);
            memory.correct(what, reserved, declared);
            reserved = declared;
        }
    }

    /**
     * Never loads it.
     *
     * @return MODEL_NOT_READY with the reason, to be thrown
     */
    VitrineException refused(String reason) {
        String message =
                "model " + spec.name() + "/" + spec.version() + " is not loaded: " + reason;
        become(VersionState.FAILED, message);
        ended.countDown();
        return new VitrineException(InferenceError.MODEL_NOT_READY, message);
    }

    private void release() {
        memory.release(reserved);
        reserved = 0;
    }

    Optional<ModelLease> lease() {
        return slot.tryLease()
                .map(lease -> new ModelLease(spec, lease, Objects.requireNonNull(queue), underWay));
    }

    /**
     * Leases nothing any more; the memory comes back after the last lease.
     *
     * @param drain how long requests under way may take; what waits or runs then is ended
     */
    void retire(Duration drain) {
        become(VersionState.DRAINING, "");
        slot.close();
        if (ended.getCount() > 0) {
            Thread.ofVirtual().name("model-drain").start(() -> endAfter(drain));
        }
    }

    private void endAfter(Duration drain) {
        try {
            if (!awaitEnd(drain)) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "model={0} version={1} state={2}: {3} requests are ended after {4}",
                        spec.name(),
                        spec.version(),
                        state,
                        leases(),
                        drain);
                underWay.cancel();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Requests that have not ended, of a version that leases nothing any more. */
    long leases() {
        return slot.state().drainingLeases();
    }

    /** Waits until the memory is back; false when the deadline came first. */
    boolean awaitEnd(Duration deadline) throws InterruptedException {
        return ended.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void heard(SlotEvent event) {
        if (event instanceof SlotEvent.Closed closed) {
            measured.giveBack();
            release();
            become(VersionState.UNLOADED, closed.failure().map(Exception::toString).orElse(""));
            ended.countDown();
        }
    }
}
