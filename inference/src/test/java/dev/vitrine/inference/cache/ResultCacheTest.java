package dev.vitrine.inference.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.kernel.error.VitrineException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ResultCacheTest {
    private static final long LONG = TimeUnit.SECONDS.toNanos(30);
    private static final CacheSettings SETTINGS =
            new CacheSettings(Duration.ofSeconds(10), Duration.ofSeconds(20), 10_000, false);

    private final AtomicLong clock = new AtomicLong();
    private final List<Runnable> refreshes = new ArrayList<>();
    private final ResultCache<String> cache =
            new ResultCache<>(SETTINGS, String::length, clock::get, refreshes::add, () -> {});

    private static InputKey key(long number) {
        return new InputKey(number, 0, 0, 0);
    }

    private ResultCache.Found<String> ask(long number, String answer) {
        return cache.get(key(number), LONG, () -> false, () -> answer, () -> () -> answer + "'");
    }

    private void pass(int seconds) {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    @Test
    void keepsForItsTimeThenGivesTheOldWhileOneBringsTheNew() {
        assertThat(ask(1, "a").source()).isEqualTo(ResultCache.Source.RAN);
        pass(9);
        assertThat(ask(1, "b")).isEqualTo(new ResultCache.Found<>("a", ResultCache.Source.HIT));
        pass(2);
        assertThat(ask(1, "b")).isEqualTo(new ResultCache.Found<>("a", ResultCache.Source.STALE));
        assertThat(ask(1, "b").source()).isEqualTo(ResultCache.Source.STALE);
        assertThat(refreshes).as("one brings the new").hasSize(1);
        refreshes.removeFirst().run();
        assertThat(ask(1, "c")).isEqualTo(new ResultCache.Found<>("b'", ResultCache.Source.HIT));
        pass(31);
        assertThat(cache.peek(key(1))).isEmpty();
        assertThat(ask(1, "d")).isEqualTo(new ResultCache.Found<>("d", ResultCache.Source.RAN));
        assertThat(cache.counts().hits()).isEqualTo(2);
        assertThat(cache.counts().stale()).isEqualTo(2);
        assertThat(cache.counts().misses()).isEqualTo(2);
    }

    @Test
    void whoIsTooManyForTheSameAnswerIsRefusedAndTold() {
        AtomicInteger told = new AtomicInteger();
        ResultCache<String> narrow =
                new ResultCache<>(
                        SETTINGS,
                        String::length,
                        clock::get,
                        refreshes::add,
                        told::incrementAndGet,
                        0);
        Supplier<String> other =
                () -> {
                    assertThatThrownBy(() ->
                                    CompletableFuture.supplyAsync(() ->
                                                    narrow.get(
                                                            key(1),
                                                            LONG,
                                                            () -> false,
                                                            () -> "b",
                                                            () -> () -> "b"))
                                            .join())
                            .hasMessageContaining("too many wait for the same answer");
                    return "a";
                };
        assertThat(narrow.get(key(1), LONG, () -> false, other, () -> () -> "a").value())
                .isEqualTo("a");
        assertThat(told).hasValue(1);
    }

    @Test
    void theOldStaysWhenTheNewCannotBeHad() {
        ask(1, "a");
        pass(11);
        Supplier<String> failing =
                () -> {
                    throw busy();
                };
        cache.get(key(1), LONG, () -> false, failing, () -> failing);
        refreshes.removeFirst().run();
        assertThat(cache.get(key(1), LONG, () -> false, failing, () -> failing).value())
                .isEqualTo("a");
        assertThat(refreshes).as("tried again").hasSize(1);
        assertThat(cache.underWay()).isEqualTo(1);
    }

    @Test
    void isBoundedByBytes() {
        for (int i = 0; i < 1_000; i++) {
            ask(i, "x".repeat(744));
        }
        assertThat(cache.counts().entries()).isLessThanOrEqualTo(10);
        assertThat(cache.counts().evictions()).isGreaterThanOrEqualTo(990);
    }

    private static VitrineException busy() {
        return new VitrineException(InferenceError.RUNNERS_BUSY, "busy");
    }

    @Test
    void tenThousandWhoAskTheSameRunItOnce() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(10_000);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                answers.add(
                        threads.submit(() -> {
                            asked.countDown();
                            return cache.get(
                                            key(7),
                                            LONG,
                                            () -> false,
                                            () -> {
                                                runs.incrementAndGet();
                                                awaitAll(asked);
                                                return "once";
                                            },
                                            () -> () -> "")
                                    .value();
                        }));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("once");
            }
        }
        assertThat(runs).hasValue(1);
        assertThat(cache.underWay()).isZero();
        ResultCache.Counts counts = cache.counts();
        assertThat(counts.misses()).isEqualTo(1);
        assertThat(counts.hits() + counts.waits()).isEqualTo(9_999);
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nine fail one after the other; each time another of those who wait takes over. */
    @Test
    void whoWaitsTakesOverWhenTheLeaderFails() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(200);
        AtomicInteger failed = new AtomicInteger();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                answers.add(
                        threads.submit(() -> {
                            asked.countDown();
                            try {
                                return cache.get(
                                                key(7),
                                                LONG,
                                                () -> false,
                                                () -> {
                                                    awaitAll(asked);
                                                    if (runs.incrementAndGet() < 10) {
                                                        throw busy();
                                                    }
                                                    return "tenth";
                                                },
                                                () -> () -> "")
                                        .value();
                            } catch (VitrineException e) {
                                failed.incrementAndGet();
                                return "tenth";
                            }
                        }));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("tenth");
            }
        }
        assertThat(runs).hasValue(10);
        assertThat(failed).hasValue(9);
        assertThat(cache.underWay()).isZero();
    }

    @Test
    void whoHasNoTimeLeavesAndTheOthersStay() throws Exception {
        CompletableFuture<String> leader = new CompletableFuture<>();
        ResultCache<String> real =
                new ResultCache<>(
                        SETTINGS, String::length, System::nanoTime, Runnable::run, () -> {});
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch leading = new CountDownLatch(1);
            Future<String> first =
                    threads.submit(() ->
                            real.get(
                                            key(1),
                                            LONG,
                                            () -> false,
                                            () -> {
                                                leading.countDown();
                                                return leader.join();
                                            },
                                            () -> () -> "")
                                    .value());
            leading.await();
            assertThatThrownBy(() ->
                            real.get(key(1), 1_000_000, () -> false, () -> "never", () -> () -> ""))
                    .hasMessageContaining("in time");
            assertThatThrownBy(
                            () -> real.get(key(1), LONG, () -> true, () -> "never", () -> () -> ""))
                    .hasMessageContaining("went away");
            Future<String> patient =
                    threads.submit(() ->
                            real.get(key(1), LONG, () -> false, () -> "never", () -> () -> "")
                                    .value());
            leader.complete("late");
            assertThat(first.get()).isEqualTo("late");
            assertThat(patient.get()).isEqualTo("late");
        }
        assertThat(real.underWay()).isZero();
    }

    /** A question that is at fault fails once for all who ask it at the time. */
    @Test
    void aWrongQuestionIsRefusedToAllAtOnce() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(50);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(
                        threads.submit(() -> {
                            asked.countDown();
                            try {
                                return cache.get(
                                                key(7),
                                                LONG,
                                                () -> false,
                                                () -> {
                                                    awaitAll(asked);
                                                    pause();
                                                    runs.incrementAndGet();
                                                    throw new VitrineException(
                                                            InferenceError.INPUT_INVALID, "wrong");
                                                },
                                                () -> () -> "")
                                        .value();
                            } catch (VitrineException e) {
                                return String.valueOf(e.getMessage());
                            }
                        }));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("wrong");
            }
        }
        assertThat(runs.get()).isLessThan(10);
        assertThat(cache.underWay()).isZero();
    }

    /** Long enough for the others to have joined. */
    private static void pause() {
        try {
            Thread.sleep(200);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
