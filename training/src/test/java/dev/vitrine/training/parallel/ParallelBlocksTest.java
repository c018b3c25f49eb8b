package dev.vitrine.training.parallel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

class ParallelBlocksTest {
    @Test
    void everyBlockRunsOnceAndScratchIsPerThread() {
        AtomicIntegerArray runs = new AtomicIntegerArray(1000);
        AtomicInteger workers = new AtomicInteger();
        try (ParallelBlocks parallel = new ParallelBlocks(3)) {
            parallel.run(
                    1000,
                    () -> {
                        workers.incrementAndGet();
                        return runs::incrementAndGet;
                    });
            parallel.run(0, () -> block -> runs.incrementAndGet(0));
        }
        for (int b = 0; b < 1000; b++) {
            assertThat(runs.get(b)).isEqualTo(1);
        }
        assertThat(workers.get()).isBetween(1, 3);
    }

    @Test
    void aFailureComesOutAndStopsTheRest() {
        AtomicInteger begun = new AtomicInteger();
        try (ParallelBlocks parallel = new ParallelBlocks(2)) {
            assertThatThrownBy(() ->
                            parallel.run(
                                    1_000_000,
                                    () ->
                                            block -> {
                                                begun.incrementAndGet();
                                                throw new ArithmeticException("block");
                                            }))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("block");
        }
        assertThat(begun.get()).isLessThan(1000);
    }
}
