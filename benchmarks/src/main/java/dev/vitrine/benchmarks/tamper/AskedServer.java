package dev.vitrine.benchmarks.tamper;

import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.ServerProcess;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on the home, asked over HTTP. */
final class AskedServer implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration GIVE_UP = Duration.ofSeconds(60);

    private final ServerProcess server;
    private final Path home;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private AskedServer(ServerProcess server, Path home) {
        this.server = server;
        this.home = home;
    }

    static AskedServer start(Path home, Path output) throws IOException {
        return new AskedServer(ServerProcess.start(home, Limits.NONE, output), home);
    }

    /** A reply. */
    record Reply(int status, String body) {}

    void awaitReady() throws IOException, InterruptedException {
        server.awaitReady(Duration.ofMinutes(2));
    }

    /** Waits until it listens, whether or not it is ready, and says what it says of that. */
    Reply awaitWord() throws IOException, InterruptedException {
        for (int i = 0; i < 6_000; i++) {
            try {
                Reply reply = ask("GET", "/health/ready", "");
                if (reply.body().contains("refused") || reply.status() == 200) {
                    return reply;
                }
            } catch (IOException e) {
                server.process().requireAlive();
            }
            Thread.sleep(10);
        }
        throw new IllegalStateException("the server said nothing of a refusal");
    }

    Reply promote(String release) throws IOException, InterruptedException {
        return ask("POST", "/v1/releases/" + release + ":promote", "");
    }

    Reply rollback(String release) throws IOException, InterruptedException {
        return ask("POST", "/v1/releases/" + release + ":rollback", "");
    }

    /** The release that answers a shopper; empty when none does. */
    String answering() throws IOException, InterruptedException {
        Reply reply =
                ask(
                        "POST",
                        "/v1/servingConfigs/recommended-for-you:recommend",
                        "{\"visitorId\":\"somebody\",\"pageSize\":5}");
        JsonNode answer = JSON.readTree(reply.body());
        return reply.status() == 200 && answer.path("results").size() > 0
                ? answer.path("release").asString("")
                : "";
    }

    /** A metric's value; 0 where it is not there yet. */
    double metric(String name) throws IOException, InterruptedException {
        Matcher line =
                Pattern.compile("(?m)^" + name + " ([0-9.E+-]+)$")
                        .matcher(ask("GET", "/metrics", "").body());
        return line.find() ? Double.parseDouble(line.group(1)) : 0;
    }

    /** Audited refusals of a release, in the log. */
    long audited(String release) throws IOException {
        String wanted = " action=release.refused subject=" + release + " ";
        long found = 0;
        try (Stream<Path> files = Files.list(home.resolve("logs"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".log")).toList()) {
                List<String> lines = Files.readAllLines(file);
                found += lines.stream().filter(line -> line.contains(wanted)).count();
            }
        }
        return found;
    }

    private Reply ask(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(server.uri().resolve(path)).timeout(GIVE_UP);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> reply =
                client.send(
                        request.method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                        HttpResponse.BodyHandlers.ofString());
        return new Reply(reply.statusCode(), reply.body());
    }

    void stop() throws InterruptedException {
        server.stop();
    }

    void kill() {
        server.kill();
    }

    @Override
    public void close() {
        client.close();
        server.close();
    }
}
