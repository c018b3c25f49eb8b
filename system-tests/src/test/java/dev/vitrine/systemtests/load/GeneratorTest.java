package dev.vitrine.systemtests.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.vitrine.benchmarks.load.Generator;
import dev.vitrine.benchmarks.load.HttpWire;
import dev.vitrine.benchmarks.load.LoadRun;
import dev.vitrine.benchmarks.load.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The load generator counts and times what a server does, no more and no less. */
class GeneratorTest {
    private static final byte[] ANSWER = "yes".getBytes(StandardCharsets.UTF_8);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger asked = new AtomicInteger();
    private HttpServer server;

    /** Answers the path that it is asked: a status after so many milliseconds. */
    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    String[] path = exchange.getRequestURI().getPath().split("/");
                    exchange.getRequestBody().readAllBytes();
                    try {
                        Thread.sleep(Integer.parseInt(path[2]));
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    exchange.sendResponseHeaders(Integer.parseInt(path[1]), ANSWER.length);
                    exchange.getResponseBody().write(ANSWER);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdown();
    }

    private static HttpWire wire(String path) {
        return HttpWire.post(
                "localhost", path, Map.of("X-Test", "1"), List.of(new byte[10], new byte[20_000]));
    }

    private Generator generator(String path, int connections) throws IOException {
        return new Generator(server.getAddress(), wire(path), connections, 2);
    }

    @Test
    void aClosedLoopAsksAgainAsSoonAsItIsAnswered() throws Exception {
        try (Generator generator = generator("/200/20", 4)) {
            LoadRun run = generator.closed(Duration.ofSeconds(1));

            assertThat(run.count(Wire.Outcome.ANSWERED)).isEqualTo(asked.get());
            assertThat(run.answeredPerSecond()).isBetween(40.0, 200.0);
            assertThat(run.millis(Wire.Outcome.ANSWERED, 0.5)).isGreaterThan(19);
        }
    }

    @Test
    void anOpenLoopSendsAtItsRateAndTimesFromWhenItShouldHaveSent() throws Exception {
        try (Generator generator = generator("/200/50", 2)) {
            LoadRun run = generator.open(100, Duration.ofSeconds(1), Duration.ofSeconds(9));

            assertThat(run.requests()).isEqualTo(100);
            assertThat(run.count(Wire.Outcome.ANSWERED)).isEqualTo(100);
            // Two connections of 20 a second each: the last request waits long for one.
            assertThat(run.millis(Wire.Outcome.ANSWERED, 1)).isGreaterThan(1_000);
            assertThat(run.goodPerSecond(100)).isLessThan(30);
        }
    }

    @Test
    void whatIsLateBeforeThereIsAConnectionIsNotSent() throws Exception {
        try (Generator generator = generator("/200/100", 2)) {
            LoadRun run = generator.open(200, Duration.ofSeconds(1), Duration.ofMillis(50));

            assertThat(run.requests()).isEqualTo(200);
            assertThat(run.unsent()).isGreaterThan(100);
            assertThat(run.count(Wire.Outcome.ANSWERED)).isEqualTo(asked.get());
        }
    }

    @Test
    void refusalsAndErrorsAreToldApart() throws Exception {
        try (Generator refused = generator("/503/0", 2);
                Generator failed = generator("/500/0", 2)) {
            Duration length = Duration.ofMillis(200);
            Duration patience = Duration.ofSeconds(9);

            assertThat(refused.open(50, length, patience).count(Wire.Outcome.REFUSED))
                    .isEqualTo(10);
            assertThat(failed.open(50, length, patience).count(Wire.Outcome.FAILED)).isEqualTo(10);
        }
    }

    @Test
    void anAnswerOfAnotherLengthIsAFailure() throws Exception {
        try (Generator generator =
                new Generator(server.getAddress(), wire("/200/0").expecting(4), 1, 1)) {
            LoadRun run = generator.open(50, Duration.ofMillis(100), Duration.ofSeconds(1));

            assertThat(run.count(Wire.Outcome.FAILED)).isEqualTo(5);
        }
    }

    @Test
    void anAnswerMayComeInAnyPieces() {
        byte[] answer =
                ("HTTP/1.1 200 OK\r\nDate: now\r\nCONTENT-LENGTH: 3\r\nConnection: close\r\n\r\nyes")
                        .getBytes(StandardCharsets.US_ASCII);
        for (int cut = 1; cut < answer.length; cut++) {
            Wire.Talk talk = wire("/").keepingBodies().open();
            talk.ask(0, bytes -> assertThat(bytes.remaining()).isPositive());
            ByteBuffer first = ByteBuffer.wrap(answer, 0, cut);
            assertThat(talk.heard(first, bytes -> {})).isFalse();
            int left = first.position();
            ByteBuffer whole = ByteBuffer.wrap(answer, left, answer.length - left);

            assertThat(talk.heard(whole, bytes -> {})).isTrue();
            assertThat(talk.outcome()).isEqualTo(Wire.Outcome.ANSWERED);
            assertThat(talk.ended()).isTrue();
            assertThat(talk.body()).asString().isEqualTo("yes");
        }
    }
}
