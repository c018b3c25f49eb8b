package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * A floor far below what the server does, to notice when a step on the way of every request becomes
 * dear. Prints what it measured.
 */
class ThroughputTest {
    private static final int CONNECTIONS = 8;
    private static final long MEASURED_NANOS = 2_000_000_000L;
    private static final int FLOOR_PER_SECOND = 1_000;

    @Test
    void answersThousandsOfRecommendationsASecond() throws Exception {
        try (TestServer server = TestServer.local()) {
            run(server, new AtomicLong());
            AtomicLong answers = new AtomicLong();
            run(server, answers);
            double rate = answers.get() / (MEASURED_NANOS / 1e9);
            System.out.printf(
                    "recommendations a second over %d connections: %.0f%n", CONNECTIONS, rate);
            assertThat(rate).isGreaterThan(FLOOR_PER_SECOND);
        }
    }

    private static void run(TestServer server, AtomicLong answers) throws InterruptedException {
        long end = System.nanoTime() + MEASURED_NANOS;
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(Thread.ofPlatform().start(() -> client(server, end, answers)));
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private static void client(TestServer server, long end, AtomicLong answers) {
        byte[] request =
                ("POST /v1/servingConfigs/trending:recommend HTTP/1.1\r\nHost: localhost\r\n"
                                + "Content-Type: application/json\r\nContent-Length: 33\r\n\r\n"
                                + "{\"visitorId\":\"v\",\"pageSize\":  10}")
                        .getBytes(StandardCharsets.US_ASCII);
        byte[] buffer = new byte[4096];
        try (Socket socket = new Socket("127.0.0.1", server.server.port())) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            while (System.nanoTime() < end) {
                socket.getOutputStream().write(request);
                int filled = 0;
                do {
                    int count = in.read(buffer, filled, buffer.length - filled);
                    if (count < 0) {
                        return;
                    }
                    filled += count;
                } while (buffer[filled - 1] != '}' || in.available() > 0);
                answers.incrementAndGet();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
