package dev.vitrine.inference.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.Category;
import dev.vitrine.kernel.error.VitrineException;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Whole answers of one version of a model, by question. A question that is being worked out is
 * worked out once: who asks it meanwhile waits for that answer, and takes over when the one who
 * works it out fails, is cancelled or runs out of time. An answer that is a little too old is given
 * while one caller's question brings a new one behind its back.
 */
public final class ResultCache<V> {
    /** What an answer takes beside its content. */
    private static final int OVERHEAD = 256;

    private static final int MOST_WAITING = 100_000;
    private static final int MOST_REFRESHES = 16;

    private final CacheSettings settings;
    private final ToLongFunction<V> bytes;
    private final LongSupplier clock;
    private final Executor refresher;
    private final Runnable full;
    private final int mostWaiting;
    private final Cache<InputKey, Kept<V>> kept;
    private final ConcurrentHashMap<InputKey, Flight<V>> flights = new ConcurrentHashMap<>();
    private final Semaphore refreshes = new Semaphore(MOST_REFRESHES);
    private final LongAdder hits = new LongAdder();
    private final LongAdder stale = new LongAdder();
    private final LongAdder waits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    private record Kept<V>(V value, long writtenAt) {}

    /** Where an answer came from. */
    public enum Source {
        HIT,
        STALE,
        /** From the run of another who asked the same at the same time. */
        WAITED,
        RAN
    }

    /** An answer with where it came from. */
    public record Found<V>(V value, Source source) {}

    /**
     * What has been counted.
     *
     * @param waits answers from the run of another who asked the same at the same time
     */
    public record Counts(
            long hits, long stale, long waits, long misses, long entries, long evictions) {}

    /**
     * @param bytes that an answer takes
     * @param clock monotonic nanoseconds
     * @param refresher runs what brings new answers for old ones, at most {@value #MOST_REFRESHES}
     *     at a time
     * @param full told of each question that was refused because too many ask it
     */
    public ResultCache(
            CacheSettings settings,
            ToLongFunction<V> bytes,
            LongSupplier clock,
            Executor refresher,
            Runnable full) {
        this(settings, bytes, clock, refresher, full, MOST_WAITING);
    }

    ResultCache(
            CacheSettings settings,
            ToLongFunction<V> bytes,
            LongSupplier clock,
            Executor refresher,
            Runnable full,
            int mostWaiting) {
        this.mostWaiting = mostWaiting;
        this.full = full;
        this.settings = settings;
        this.bytes = bytes;
        this.clock = clock;
        this.refresher = refresher;
        this.kept =
                Caffeine.newBuilder()
                        .maximumWeight(settings.bytes())
                        .weigher(this::weight)
                        .expireAfterWrite(settings.ttl().plus(settings.staleFor()))
                        .ticker(clock::getAsLong)
                        .executor(Runnable::run)
                        .recordStats()
                        .build();
    }

    private int weight(InputKey key, Kept<V> entry) {
        return (int) Math.min(Integer.MAX_VALUE, OVERHEAD + bytes.applyAsLong(entry.value()));
    }

    /**
     * Answers from what is kept, from a run of somebody else, or by running.
     *
     * @param nanos how long an answer is of use
     * @param cancelled whether the caller went away
     * @param run works the answer out in the calling thread, with the time of its own caller; what
     *     it returns is kept and given to others, so that it must not be reused
     * @param refresh makes, in the calling thread, what works it out later in another thread, for
     *     nobody in particular
     * @throws VitrineException RUN_CANCELLED when the time is over; what {@code run} throws
     */
    public Found<V> get(
            InputKey key,
            long nanos,
            BooleanSupplier cancelled,
            Supplier<V> run,
            Supplier<Supplier<V>> refresh) {
        Kept<V> there = kept.getIfPresent(key);
        if (there != null) {
            long age = clock.getAsLong() - there.writtenAt;
            if (age < settings.ttl().toNanos()) {
                hits.increment();
                return new Found<>(there.value, Source.HIT);
            }
            refresh(key, refresh);
            stale.increment();
            return new Found<>(there.value, Source.STALE);
        }
        long end = clock.getAsLong() + nanos;
        while (true) {
            Flight<V> mine = new Flight<>();
            Flight<V> flight = flights.putIfAbsent(key, mine);
            if (flight == null) {
                Kept<V> meanwhile = kept.getIfPresent(key);
                if (meanwhile != null) {
                    flights.remove(key, mine);
                    mine.answer(meanwhile.value);
                    hits.increment();
                    return new Found<>(meanwhile.value, Source.HIT);
                }
                return lead(key, mine, run);
            }
            switch (join(flight, key, end - clock.getAsLong(), cancelled)) {
                case ANSWERED -> {
                    waits.increment();
                    return new Found<>(flight.value(), Source.WAITED);
                }
                case LEADS -> {
                    return lead(key, flight, run);
                }
                case OVER -> Thread.onSpinWait();
                case TIMED_OUT ->
                        throw gone("the same question was not answered to another in time");
                case CANCELLED -> throw gone("the caller went away");
                case FULL -> {
                    full.run();
                    throw VitrineException.refusal(
                            InferenceError.RUNNERS_BUSY,
                            "too many wait for the same answer already; try again soon");
                }
            }
        }
    }

    /** An answer that is kept, of any age; empty when there is none. */
    public Optional<V> peek(InputKey key) {
        return Optional.ofNullable(kept.getIfPresent(key)).map(Kept::value);
    }

    private Flight.Turn join(
            Flight<V> flight, InputKey key, long nanos, BooleanSupplier cancelled) {
        try {
            Flight.Turn turn = flight.join(nanos, mostWaiting, cancelled);
            if (turn == Flight.Turn.TIMED_OUT || turn == Flight.Turn.CANCELLED) {
                forsake(flight, key);
            } else if (turn == Flight.Turn.OVER) {
                flights.remove(key, flight);
            }
            return turn;
        } catch (InterruptedException e) {
            forsake(flight, key);
            Thread.currentThread().interrupt();
            throw gone("the caller went away");
        }
    }

    private void forsake(Flight<V> flight, InputKey key) {
        if (flight.isForsaken()) {
            flights.remove(key, flight);
        }
    }

    private static VitrineException gone(String message) {
        return new VitrineException(InferenceError.RUN_CANCELLED, message);
    }

    private Found<V> lead(InputKey key, Flight<V> flight, Supplier<V> run) {
        misses.increment();
        return new Found<>(work(key, flight, run), Source.RAN);
    }

    private V work(InputKey key, Flight<V> flight, Supplier<V> run) {
        @Nullable V value = null;
        try {
            value = run.get();
            kept.put(key, new Kept<>(value, clock.getAsLong()));
            return value;
        } catch (VitrineException e) {
            if (e.code().category() == Category.INVALID_ARGUMENT) {
                flights.remove(key, flight);
                flight.refuse(e);
            }
            throw e;
        } finally {
            if (value != null) {
                flights.remove(key, flight);
                flight.answer(value);
            } else if (flight.abandon()) {
                flights.remove(key, flight);
            }
        }
    }

    /** Brings a new answer unless somebody does already. */
    private void refresh(InputKey key, Supplier<Supplier<V>> prepared) {
        if (flights.containsKey(key) || !refreshes.tryAcquire()) {
            return;
        }
        Flight<V> mine = new Flight<>();
        if (flights.putIfAbsent(key, mine) != null) {
            refreshes.release();
            return;
        }
        Supplier<V> run = prepared.get();
        try {
            refresher.execute(() -> {
                try {
                    work(key, mine, run);
                } catch (VitrineException e) {
                    // The old answer stays until its time is over; the next caller tries again.
                } finally {
                    refreshes.release();
                }
            });
        } catch (RejectedExecutionException e) {
            refreshes.release();
            if (mine.abandon()) {
                flights.remove(key, mine);
            }
        }
    }

    /** Questions that are being worked out. */
    public int underWay() {
        return flights.size();
    }

    public Counts counts() {
        return new Counts(
                hits.sum(),
                stale.sum(),
                waits.sum(),
                misses.sum(),
                kept.estimatedSize(),
                kept.stats().evictionCount());
    }
}
