package dev.vitrine.training.linear;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.training.TrainingError;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** Spreads a range of numbers over a given number of threads that live as long as the call. */
public final class Parallel {
    /** Work on numbers {@code from} to {@code to - 1}; one per thread, so it may own scratch. */
    @FunctionalInterface
    public interface Block {
        void run(int from, int to);
    }

    private Parallel() {}

    /**
     * Runs blocks of {@code step} numbers until all of 0 to {@code total - 1} are done; threads
     * take the next block when free.
     *
     * @param block called once per thread
     * @throws VitrineException what a block threw, or {@code FIT_FAILED}
     */
    public static void blocks(int total, int step, int threads, Supplier<Block> block) {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> parts = new ArrayList<>();
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            for (int t = 0; t < threads; t++) {
                parts.add(workers.submit(() -> drain(block.get(), next, total, step)));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (ExecutionException e) {
            next.set(total);
            if (e.getCause() instanceof VitrineException known) {
                throw known;
            }
            throw new VitrineException(
                    TrainingError.FIT_FAILED, "a worker failed: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            next.set(total);
            Thread.currentThread().interrupt();
            throw new VitrineException(TrainingError.FIT_FAILED, "the fit was interrupted", e);
        }
    }

    private static void drain(Block block, AtomicInteger next, int total, int step) {
        while (true) {
            int from = next.getAndUpdate(at -> Math.min(total, at + step));
            if (from >= total) {
                return;
            }
            block.run(from, Math.min(total, from + step));
        }
    }
}
