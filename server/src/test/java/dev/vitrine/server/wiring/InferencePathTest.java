package dev.vitrine.server.wiring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.inference.InferenceError;
import dev.vitrine.inference.admission.Refusal;
import dev.vitrine.inference.batch.TurnsTaken;
import dev.vitrine.inference.cache.CacheSettings;
import dev.vitrine.inference.session.Cancellation;
import dev.vitrine.inference.tensor.Tensor;
import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.http.InferencePort.Outcome;
import dev.vitrine.server.protocol.InferCall;
import dev.vitrine.server.protocol.InferRequest;
import dev.vitrine.server.telemetry.GuardMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InferencePathTest {
    private static final CacheSettings CACHE =
            new CacheSettings(Duration.ofMinutes(1), Duration.ofMinutes(9), 1 << 20, false);

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger runs = new AtomicInteger();
    private final AtomicInteger rows = new AtomicInteger();
    private volatile long live = 1;
    private volatile Runnable before = () -> {};
    private volatile String missing = "";
    private InferencePath path = path(GuardSettings.defaults());

    private InferencePath path(GuardSettings settings) {
        return new InferencePath(Fake::new, settings, 2, new GuardMeters(registry), clock::get);
    }

    private static GuardSettings settings(int maxInside, double perSecond) {
        GuardSettings usual = GuardSettings.defaults();
        return new GuardSettings(
                usual.maxWait(),
                maxInside,
                perSecond,
                Map.of(),
                usual.ladderHigh(),
                usual.ladderLow(),
                usual.ladderDownAfter(),
                usual.ladderUpAfter());
    }

    @AfterEach
    void close() {
        path.close();
    }

    /** Doubles its numbers and adds ten times its version. */
    private final class Fake implements InferencePath.Leased {
        private final InferCall call;

        Fake(InferCall call) {
            this.call = call;
            if (call.model().equals(missing)) {
                throw new VitrineException(
                        InferenceError.MODEL_UNKNOWN, "there is no model '" + missing + "'");
            }
        }

        @Override
        public long version() {
            return call.version().orElse(live);
        }

        @Override
        public List<String> outputs() {
            return List.of("y");
        }

        @Override
        public void check(Map<String, Tensor> inputs, List<String> outputs) {
            if (!inputs.containsKey("x")) {
                throw new VitrineException(InferenceError.INPUT_INVALID, "input 'x' is missing");
            }
        }

        @Override
        public boolean hasRows() {
            return true;
        }

        @Override
        public long likelyNanos(Map<String, Tensor> inputs) {
            return 0;
        }

        @Override
        public InferencePath.Ran run(
                Map<String, Tensor> inputs,
                List<String> outputs,
                int priority,
                Duration timeout,
                Cancellation cancellation) {
            before.run();
            runs.incrementAndGet();
            float[] x = Objects.requireNonNull(inputs.get("x")).floats();
            rows.addAndGet(x.length);
            float[] y = new float[x.length];
            for (int i = 0; i < x.length; i++) {
                y[i] = 2 * x[i] + 10 * version();
            }
            return new InferencePath.Ran(
                    Map.of("y", Tensor.of(new long[] {y.length}, y)), 0, 1_000, 1);
        }

        @Override
        public void close() {}
    }

    private static InferCall call(String model, String client, float... x) {
        return new InferCall(
                model,
                OptionalLong.empty(),
                Optional.empty(),
                new InferRequest(
                        "", Map.of("x", Tensor.of(new long[] {x.length}, x)), List.of(), false),
                client,
                0,
                Duration.ofSeconds(25),
                new Cancellation());
    }

    private Outcome ask(float... x) {
        return path.infer(call("m", "", x));
    }

    private static float[] y(Outcome outcome) {
        return Objects.requireNonNull(outcome.outputs().get("y")).floats();
    }

    @Test
    void withoutAnythingDeclaredEveryRequestRuns() {
        path.opened("m", 1, ServingOptions.NONE);
        assertThat(y(ask(1))).containsExactly(12);
        assertThat(ask(1).servedBy()).isEmpty();
        assertThat(runs).hasValue(2);
    }

    @Test
    void equalQuestionsAreAnsweredFromWhatIsKept() {
        path.opened("m", 1, new ServingOptions(CACHE, List.of()));
        assertThat(ask(1).servedBy()).isEqualTo("m");
        assertThat(ask(1).servedBy()).isEqualTo("cached");
        assertThat(y(ask(1))).containsExactly(12);
        assertThat(y(ask(2))).containsExactly(14);
        assertThat(runs).hasValue(2);
        assertThat(path.cache("m", 1).hits()).isEqualTo(2);
        assertThat(path.cache("m", 1).misses()).isEqualTo(2);
        assertThat(
                        registry.get("nv.cache.num.hits.per.model")
                                .tags("model", "m", "version", "1")
                                .gauge()
                                .value())
                .isEqualTo(2);
    }

    @Test
    void noAnswerOutlivesItsVersion() {
        path.opened("m", 1, new ServingOptions(CACHE, List.of()));
        ask(1);
        path.opened("m", 2, new ServingOptions(CACHE, List.of()));
        live = 2;
        path.closed("m", 1);
        assertThat(y(ask(1))).containsExactly(22);
        assertThat(path.cache("m", 1).misses()).isZero();
        path.closed("m", 2);
        assertThat(y(ask(1))).containsExactly(22);
        assertThat(registry.find("vitrine.model.limit").gauges()).isEmpty();
        assertThat(registry.find("vitrine.model.cache").functionCounters()).isEmpty();
    }

    @Test
    void onlyRowsThatAreMissingRun() {
        CacheSettings byRows =
                new CacheSettings(Duration.ofMinutes(1), Duration.ZERO, 1 << 20, true);
        path.opened("m", 1, new ServingOptions(byRows, List.of()));
        ask(1, 2);
        assertThat(y(ask(3, 2, 1, 3))).containsExactly(16, 14, 12, 16);
        assertThat(rows).hasValue(3);
        assertThat(path.cache("m", 1).misses()).isEqualTo(3);
    }

    @Test
    void thousandsWhoAskTheSameRunItOnce() throws Exception {
        path.opened("m", 1, new ServingOptions(CACHE, List.of()));
        CountDownLatch asked = new CountDownLatch(2_000);
        before = () -> await(asked);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> answers = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                answers.add(
                        threads.submit(() -> {
                            asked.countDown();
                            return ask(5);
                        }));
            }
            for (Future<Outcome> answer : answers) {
                assertThat(y(answer.get())).containsExactly(20);
            }
        }
        assertThat(runs).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As where one version drains on one thread while the next becomes ready on another. */
    @Test
    void aVersionThatComesAsTheLastOneGoesHasItsLimitsAndItsCache() throws Exception {
        ServingOptions options = new ServingOptions(CACHE, List.of());
        path.opened("m", 1, options);
        try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
            for (long version = 1; version <= 1_000; version++) {
                long old = version;
                CountDownLatch both = new CountDownLatch(2);
                Future<?> goes =
                        threads.submit(() -> {
                            meet(both);
                            path.closed("m", old);
                        });
                Future<?> comes =
                        threads.submit(() -> {
                            meet(both);
                            path.opened("m", old + 1, options);
                        });
                goes.get();
                comes.get();
                live = old + 1;
                assertThat(ask(1).servedBy()).isEqualTo("m");
                assertThat(ask(1).servedBy()).isEqualTo("cached");
                assertThat(registry.find("vitrine.model.limit").gauges()).hasSize(1);
            }
        }
    }

    private static void meet(CountDownLatch both) {
        both.countDown();
        await(both);
    }

    @Test
    void aClientThatAsksTooOftenIsRefusedAndCounted() {
        path.close();
        path = path(settings(100, 1));
        path.opened("m", 1, ServingOptions.NONE);
        path.infer(call("m", "reports", 1));
        path.infer(call("m", "reports", 1));
        assertThatThrownBy(() -> path.infer(call("m", "reports", 1)))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> {
                            assertThat(e.code()).isEqualTo(InferenceError.CLIENT_RATE_EXCEEDED);
                            assertThat(e.getStackTrace()).as("it costs nothing").isEmpty();
                        });
        path.infer(call("m", "", 1));
        assertThat(shed(Refusal.CLIENT)).isEqualTo(1);
    }

    @Test
    void whatComesAgainBecauseTurnsWereTakenCountsOnce() {
        path.close();
        path = path(settings(100, 1));
        path.opened("m", 1, ServingOptions.NONE);
        for (int request = 0; request < 2; request++) {
            before =
                    () -> {
                        throw TurnsTaken.NOW;
                    };
            assertThatThrownBy(() -> path.infer(call("m", "reports", 1)))
                    .isInstanceOf(TurnsTaken.class);
            before = () -> {};
            path.infer(call("m", "reports", 1));
        }
        assertThatThrownBy(() -> path.infer(call("m", "reports", 1)))
                .hasMessageContaining("more often than it may");
    }

    @Test
    void whatTheQueueRefusesIsCounted() {
        path.opened("m", 1, ServingOptions.NONE);
        before =
                () -> {
                    throw VitrineException.refusal(InferenceError.RUNNERS_BUSY, "too many wait");
                };
        assertThatThrownBy(() -> ask(1)).hasMessage("too many wait");
        assertThat(shed(Refusal.QUEUE)).isEqualTo(1);
        assertThat(shed(Refusal.LIMIT)).isZero();
        assertThat(shed(Refusal.CACHE)).isZero();
    }

    private double shed(Refusal why) {
        return registry.get("vitrine.model.shed")
                .tags("model", "m", "reason", why.name().toLowerCase(java.util.Locale.ROOT))
                .functionCounter()
                .count();
    }

    /** Fills the model's room of two by requests that do not end, and asks meanwhile. */
    private void full(Runnable meanwhile) throws Exception {
        CountDownLatch inside = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        before =
                () -> {
                    inside.countDown();
                    await(end);
                };
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Outcome> one = threads.submit(() -> ask(100));
            Future<Outcome> other = threads.submit(() -> ask(200));
            inside.await();
            before = () -> {};
            try {
                meanwhile.run();
            } finally {
                end.countDown();
            }
            one.get();
            other.get();
        }
    }

    @Test
    void whatDoesNotFitIsRefusedAtOnce() throws Exception {
        path.close();
        path = path(settings(2, 0));
        path.opened("m", 1, ServingOptions.NONE);
        full(() ->
                assertThatThrownBy(() -> ask(1))
                        .isInstanceOfSatisfying(
                                VitrineException.class,
                                e -> assertThat(e.code()).isEqualTo(InferenceError.RUNNERS_BUSY)));
        assertThat(shed(Refusal.LIMIT)).isEqualTo(1);
        assertThat(y(ask(1))).containsExactly(12);
    }

    @Test
    void whatIsRefusedFallsToTheNextStepOfTheLadder() throws Exception {
        path.close();
        path = path(settings(2, 0));
        path.opened("small", 7, ServingOptions.NONE);
        path.opened("m", 1, new ServingOptions(CACHE, List.of("small", "cached")));
        assertThat(ask(1).servedBy()).isEqualTo("m");
        full(() -> {
            assertThat(ask(1).servedBy()).as("a hit needs no room").isEqualTo("cached");
            Outcome other = ask(2);
            assertThat(other.servedBy()).isEqualTo("small");
            assertThat(other.model()).isEqualTo("small");
            assertThat(ask(1).model()).isEqualTo("m");
        });
    }

    @Test
    void whoNamesAVersionIsAnsweredByItOrRefused() throws Exception {
        path.close();
        path = path(settings(2, 0));
        path.opened("small", 7, ServingOptions.NONE);
        path.opened("m", 1, new ServingOptions(CacheSettings.OFF, List.of("small")));
        InferCall first = of(OptionalLong.of(1), Optional.empty());
        InferCall stable = of(OptionalLong.empty(), Optional.of("stable"));
        full(() -> {
            assertThat(ask(2).model()).isEqualTo("small");
            for (InferCall named : List.of(first, stable)) {
                assertThatThrownBy(() -> path.infer(named))
                        .isInstanceOfSatisfying(
                                VitrineException.class,
                                e -> assertThat(e.code()).isEqualTo(InferenceError.RUNNERS_BUSY));
            }
        });
        Outcome outcome = path.infer(first);
        assertThat(outcome.model()).isEqualTo("m");
        assertThat(outcome.servedBy()).isEqualTo("m");
    }

    private static InferCall of(OptionalLong version, Optional<String> label) {
        InferCall usual = call("m", "", 1);
        return new InferCall(
                usual.model(),
                version,
                label,
                usual.request(),
                usual.client(),
                usual.priority(),
                usual.timeout(),
                usual.cancellation());
    }

    @Test
    void underLastingPressureTheLadderGoesDownAndUpAgain() throws Exception {
        path.close();
        path = path(settings(2, 0));
        path.opened("small", 7, ServingOptions.NONE);
        path.opened("m", 1, new ServingOptions(CacheSettings.OFF, List.of("small")));
        full(() -> {
            for (int i = 0; i < 200; i++) {
                clock.addAndGet(10_000_000);
                ask(i);
            }
        });
        assertThat(registry.get("vitrine.model.ladder.step").tags("model", "m").gauge().value())
                .isEqualTo(1);
        assertThat(ask(1).servedBy()).isEqualTo("small");
        clock.addAndGet(Duration.ofSeconds(30).toNanos());
        assertThat(ask(1).servedBy()).isEqualTo("m");
    }

    /** A model on the ladder of {@code m} that is not there, with the ladder stepped down to it. */
    private void steppedDownToNothing() throws Exception {
        path.close();
        path = path(settings(2, 0));
        path.opened("m", 1, new ServingOptions(CacheSettings.OFF, List.of("small")));
        missing = "small";
        full(() -> {
            for (int i = 0; i < 200; i++) {
                clock.addAndGet(10_000_000);
                refused();
            }
        });
        assertThat(registry.get("vitrine.model.ladder.step").tags("model", "m").gauge().value())
                .isEqualTo(1);
    }

    private void refused() {
        assertThatThrownBy(() -> ask(1))
                .isInstanceOfSatisfying(
                        VitrineException.class,
                        e -> assertThat(e.code()).isEqualTo(InferenceError.RUNNERS_BUSY))
                .hasMessageContaining("'m'");
    }

    @Test
    void whatIsWrongWithALowerStepIsNotForTheCaller() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        Handler handler = new Lines(lines);
        Logger logger = Logger.getLogger(InferencePath.class.getName());
        logger.addHandler(handler);
        try {
            steppedDownToNothing();
            refused();
            assertThat(lines)
                    .filteredOn(line -> line.contains("there is no model 'small'"))
                    .as("a line a minute")
                    .hasSize(1);
            clock.addAndGet(Duration.ofSeconds(30).toNanos());
            assertThat(y(ask(1))).containsExactly(12);
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void whatIsWrongWithTheRequestIsSaidOnLowerStepsToo() throws Exception {
        steppedDownToNothing();
        InferRequest empty = new InferRequest("", Map.of(), List.of(), false);
        assertThatThrownBy(() -> path.infer(InferCall.of("m", OptionalLong.empty(), empty)))
                .hasMessage("input 'x' is missing");
    }

    private static final class Lines extends Handler {
        private final List<String> lines;

        Lines(List<String> lines) {
            this.lines = lines;
        }

        @Override
        public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().formatMessage(line));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    @Test
    void aWrongRequestIsNotTriedOnOtherSteps() {
        path.opened("small", 7, ServingOptions.NONE);
        path.opened("m", 1, new ServingOptions(CacheSettings.OFF, List.of("small")));
        before =
                () -> {
                    throw new VitrineException(InferenceError.INPUT_INVALID, "wrong");
                };
        assertThatThrownBy(() -> ask(1)).hasMessage("wrong");
    }

    @Test
    void optionsAreKeptAsParameters() {
        ServingOptions options = ServingOptions.of("PT5M", "PT1H", "8MiB", false, "small, cached");
        assertThat(ServingOptions.read(options.parameters())).isEqualTo(options);
        assertThat(options.ladder()).containsExactly("small", "cached");
        assertThat(ServingOptions.read(Map.of())).isEqualTo(ServingOptions.NONE);
        assertThatThrownBy(() -> ServingOptions.of("5 minutes", "", "", false, ""))
                .hasMessageContaining("PT5M");
        assertThatThrownBy(() -> ServingOptions.of("", "", "", false, "cached"))
                .hasMessageContaining("needs a cache");
    }
}
