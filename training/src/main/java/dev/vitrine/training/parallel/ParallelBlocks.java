package dev.vitrine.training.parallel;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Runs numbered blocks of work on a fixed pool of platform threads. Which thread takes which block
 * is left to chance, so a block must write only what belongs to its number; sums over blocks are
 * made afterwards, in block order. Then results are the same for any number of threads.
 */
public final class ParallelBlocks implements AutoCloseable {
    private final int threads;
    private final ExecutorService pool;

    /**
     * @param threads at least 1
     */
    public ParallelBlocks(int threads) {
        if (threads < 1) {
            throw new IllegalArgumentException("at least one thread is needed, found " + threads);
        }
        this.threads = threads;
        this.pool =
                Executors.newFixedThreadPool(
                        threads, Thread.ofPlatform().name("training-", 0).daemon().factory());
    }

    public int threads() {
        return threads;
    }

    /**
     * Runs blocks 0 to {@code blocks - 1} and returns when all are done.
     *
     * @param worker called once per thread, for whatever scratch space its blocks share
     * @throws RuntimeException what a block threw; the remaining blocks are then not begun
     */
    public void run(int blocks, Supplier<IntConsumer> worker) {
        AtomicInteger next = new AtomicInteger();
        Runnable drain =
                () -> {
                    IntConsumer each = worker.get();
                    try {
                        for (int b = next.getAndIncrement(); b < blocks; ) {
                            each.accept(b);
                            b = next.getAndIncrement();
                        }
                    } catch (RuntimeException | Error e) {
                        next.set(blocks);
                        throw e;
                    }
                };
        int used = Math.min(threads, blocks);
        Future<?>[] running = new Future<?>[used];
        for (int t = 0; t < used; t++) {
            running[t] = pool.submit(drain);
        }
        for (Future<?> one : running) {
            await(one);
        }
    }

    private static void await(Future<?> one) {
        try {
            one.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("training was interrupted");
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        }
    }

    /** Ends the threads; blocks that run are interrupted. */
    @Override
    public void close() {
        pool.shutdownNow();
    }
}
