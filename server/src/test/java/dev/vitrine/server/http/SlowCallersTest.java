package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.protocol.InferCall;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Filter;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Callers who take their time. Those who hold the server up are cut off. Those who are refused
 * while they still send get their answer if they read it after the last byte, as long as they stay
 * within the bounds that {@link ConnectionGuard} states.
 */
class SlowCallersTest {
    private static final int PATIENCE_MS = 30_000;
    private static final byte[] BLOCK = new byte[64 << 10];

    private static TestServer impatient() {
        return new TestServer(TestServer.impatient(), AccessSettings.local());
    }

    private static Socket open(TestServer server, String head) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.server.port());
        socket.setSoTimeout(PATIENCE_MS);
        send(socket, head);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** All that comes until the server closes; a reset counts as a close without an answer. */
    private static String answer(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            assertThat(e).hasMessageContaining("reset");
            return "";
        }
    }

    @Test
    void cutsOffClientsThatDoNotSendTheirHeaders() throws Exception {
        try (TestServer server = impatient()) {
            List<Socket> slow = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                slow.add(open(server, "GET / HTTP/1.1\r\nX-Slow: "));
            }
            assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
            for (Socket socket : slow) {
                try (socket) {
                    assertThat(answer(socket)).isEmpty();
                }
            }
        }
    }

    @Test
    void cutsOffBodiesThatTrickle() throws Exception {
        try (TestServer server = impatient();
                Socket socket =
                        open(
                                server,
                                "POST /v1/userEvents:import HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Length: 1000\r\n\r\n{")) {
            assertThat(answer(socket)).isEmpty();
            assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void givesNoAnswerToBodiesThatAreCutOff() throws Exception {
        try (TestServer server = impatient();
                Socket socket =
                        open(
                                server,
                                "POST /v2/models/echo/infer HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Length: 1000\r\n\r\n{")) {
            socket.shutdownOutput();
            assertThat(answer(socket)).isEmpty();
            assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    /** Each sends for as long as a busy client may take, and reads only then. */
    @ParameterizedTest
    @CsvSource({
        "/v1/servingConfigs/trending:recommend, Content-Length: 33554432, HTTP/1.1 413",
        "/v2/models/echo/infer, Content-Length: 33554432, HTTP/1.1 413",
        "/v1/nothing, Content-Length: 33554432, HTTP/1.1 404",
        "/v2/models/echo/infer, Transfer-Encoding: chunked, HTTP/1.1 400",
    })
    void answersThoseWhoReadOnlyWhenAllIsSent(String path, String framing, String status)
            throws Exception {
        try (TestServer server = TestServer.local();
                Socket socket =
                        open(
                                server,
                                "POST "
                                        + path
                                        + " HTTP/1.1\r\nHost: localhost\r\n"
                                        + framing
                                        + "\r\n\r\n")) {
            for (int sent = 0; sent < 32 << 20; sent += BLOCK.length) {
                socket.getOutputStream().write(BLOCK);
            }
            socket.shutdownOutput();
            assertThat(answer(socket)).startsWith(status);
        }
    }

    @Test
    void answersThoseWhoSendSlowly() throws Exception {
        try (TestServer server = TestServer.local();
                Socket socket =
                        open(
                                server,
                                "POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Length: 1000000\r\n\r\n")) {
            for (int i = 0; i < 10; i++) {
                Thread.sleep(300);
                socket.getOutputStream().write(BLOCK);
            }
            socket.shutdownOutput();
            assertThat(answer(socket)).startsWith("HTTP/1.1 404");
        }
    }

    /** Each sends less than a request may have; together they have more than there is room for. */
    @Test
    void bodiesTakeNoMoreThanTheirRoomTogether() throws Exception {
        String head =
                "POST /v2/models/echo/infer HTTP/1.1\r\nHost: localhost\r\n"
                        + "Content-Length: 500000\r\n\r\n";
        byte[] most = new byte[7 * BLOCK.length];
        try (TestServer server = TestServer.local()) {
            try (Socket first = open(server, head);
                    Socket second = open(server, head)) {
                first.getOutputStream().write(most);
                awaitBodies(server, most.length);
                second.getOutputStream().write(most);
                second.shutdownOutput();
                assertThat(answer(second))
                        .startsWith("HTTP/1.1 503")
                        .contains("Retry-After: 1")
                        .contains("take 768KiB already");
                awaitBodies(server, most.length);
                assertThat(small(server)).isEqualTo(200);
            }
            awaitBodies(server, 0);
            assertThat(small(server)).isEqualTo(200);
        }
    }

    private static int small(TestServer server) {
        return server.post(
                        "/v2/models/echo/infer",
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\","
                                + "\"data\":[1,2]}]}")
                .statusCode();
    }

    private static void awaitBodies(TestServer server, int bytes) throws InterruptedException {
        String wanted = "vitrine_bodies_bytes " + (double) bytes;
        for (int i = 0; i < 400 && !server.telemetry.scrape().contains(wanted); i++) {
            Thread.sleep(25);
        }
        assertThat(server.telemetry.scrape()).contains(wanted);
    }

    private static final String WAITS =
            "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}],"
                    + "\"parameters\":{\"priority\":8}}";

    private static Socket waits(TestServer server) throws Exception {
        Socket socket =
                open(
                        server,
                        "POST /v2/models/echo/infer HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Length: "
                                + WAITS.length()
                                + "\r\n\r\n"
                                + WAITS);
        for (int i = 0; i < 400 && server.shop.models.pauses.isEmpty(); i++) {
            Thread.sleep(25);
        }
        assertThat(server.shop.models.pauses).hasSize(1);
        return socket;
    }

    @Test
    void aCallerWhoHangsUpIsNotWaitedFor() throws Exception {
        List<String> logged = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(Dispatcher.class.getName());
        Filter filter =
                line -> {
                    logged.add(line.getMessage());
                    return true;
                };
        logger.setFilter(filter);
        try (TestServer server = TestServer.local()) {
            waits(server).close();
            InferCall call = server.shop.models.pauses.remove();
            for (int i = 0; i < 400 && !call.cancellation().isCancelled(); i++) {
                Thread.sleep(25);
            }
            assertThat(call.cancellation().isCancelled()).isTrue();
        } finally {
            logger.setFilter(null);
        }
        assertThat(logged).isEmpty();
    }

    @Test
    void aCallerWhoSendsTheNextRequestMeanwhileGetsBothAnswers() throws Exception {
        try (TestServer server = TestServer.local();
                Socket socket = waits(server)) {
            Thread.sleep(300);
            String next = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n";
            send(socket, next);
            Thread.sleep(200);
            send(socket, "Connection: close\r\n\r\n");
            Thread.sleep(200);
            server.shop.models.pause.countDown();
            assertThat(answer(socket).split("HTTP/1.1 200", -1)).hasSize(3);
            assertThat(server.shop.models.pauses.remove().cancellation().isCancelled()).isFalse();
        }
    }

    @Test
    void closesOnThoseWhoGoOnSending() throws Exception {
        try (TestServer server = impatient();
                Socket socket =
                        open(
                                server,
                                "POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Length: 1000000000000\r\n\r\n")) {
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < PATIENCE_MS / 100; i++) {
                                    socket.getOutputStream().write('x');
                                    Thread.sleep(100);
                                }
                            })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closesOnThoseWhoSendTooMuch() throws Exception {
        try (TestServer server = TestServer.local();
                Socket socket =
                        open(
                                server,
                                "POST /v1/nothing HTTP/1.1\r\nHost: localhost\r\n"
                                        + "Content-Length: 1000000000000\r\n\r\n")) {
            OutputStream out = socket.getOutputStream();
            assertThatThrownBy(
                            () -> {
                                long sent = 0;
                                while (sent < 2 * ConnectionGuard.LINGER_BYTES) {
                                    out.write(BLOCK);
                                    sent += BLOCK.length;
                                }
                            })
                    .isInstanceOf(SocketException.class);
        }
    }
}
