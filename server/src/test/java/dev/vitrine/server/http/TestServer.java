package dev.vitrine.server.http;

import dev.vitrine.kernel.config.DataSize;
import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.telemetry.Telemetry;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;

/** A server on a free port around a shop in memory, with bounds small enough to hit. */
final class TestServer implements AutoCloseable {
    private static final Duration SHORT = Duration.ofSeconds(1);

    final FakeShop shop = new FakeShop();
    final Telemetry telemetry = new Telemetry(InstantSource.system());
    final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    TestServer(HttpSettings settings, AccessSettings access) {
        server = HttpServer.start(settings, access, telemetry, shop.ports());
    }

    static TestServer local() {
        return new TestServer(settings(), AccessSettings.local());
    }

    /** Small bounds on bytes; bounds on time that no test reaches, however busy the machine. */
    static HttpSettings settings() {
        return settings(Duration.ofSeconds(60));
    }

    /** The same, but nobody may take longer than {@link #SHORT} over anything. */
    static HttpSettings impatient() {
        return settings(SHORT);
    }

    private static HttpSettings settings(Duration patience) {
        return new HttpSettings(
                "127.0.0.1",
                0,
                256,
                64,
                new DataSize(8 << 10),
                new DataSize(256 << 10),
                new DataSize(512 << 10),
                new DataSize(768 << 10),
                DataSize.ofMebibytes(64),
                patience,
                patience,
                patience,
                patience.multipliedBy(5),
                patience,
                patience,
                Duration.ofSeconds(5));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path));
    }

    HttpResponse<String> get(String path) {
        return send(request(path).build());
    }

    HttpResponse<String> post(String path, String json) {
        return send(
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json))
                        .build());
    }

    HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends bytes as they are and returns all that comes back until the server closes. */
    String raw(String bytes) {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "closed: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        server.close();
        telemetry.close();
        client.close();
    }
}
