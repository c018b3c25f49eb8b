package dev.vitrine.training.linear;

import dev.vitrine.training.parallel.ParallelBlocks;
import java.util.function.Supplier;

/** Spreads a range of numbers over threads that live as long as the call. */
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
     * @throws RuntimeException what a block threw; blocks not yet begun are then left
     */
    public static void blocks(int total, int step, int threads, Supplier<Block> block) {
        try (ParallelBlocks pool = new ParallelBlocks(threads)) {
            pool.run(
                    Math.ceilDiv(total, step),
                    () -> {
                        Block mine = block.get();
                        return number ->
                                mine.run(number * step, Math.min(total, (number + 1) * step));
                    });
        }
    }
}
