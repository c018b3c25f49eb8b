package dev.vitrine.benchmarks.story;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Who rolls releases out, over HTTP. */
public final class Operator implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration GIVE_UP = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    private final URI server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public Operator(URI server) {
        this.server = server;
    }

    /**
     * How a rollout stands.
     *
     * @param state such as {@code rolled-back}
     * @param stage that it reached, such as {@code canary}; empty in none
     * @param signal that failed it, such as {@code errors}; empty where none did
     * @param requests of each arm that its last verdict rests on
     */
    public record Standing(
            String id,
            String state,
            boolean ended,
            String stage,
            String signal,
            String reason,
            long requests) {
        static Standing of(JsonNode rollout) {
            JsonNode verdict = rollout.path("verdict");
            String signal = "";
            for (JsonNode check : verdict.path("checks")) {
                if (signal.isEmpty() && check.path("decision").asString("").equals("fail")) {
                    String subject = check.path("subject").asString("");
                    signal =
                            check.path("signal").asString("")
                                    + (subject.isEmpty() ? "" : " '" + subject + "'");
                }
            }
            return new Standing(
                    rollout.path("id").asString(""),
                    rollout.path("state").asString(""),
                    rollout.path("ended").asBoolean(false),
                    rollout.path("stages")
                            .path(rollout.path("stage").asInt(0))
                            .path("kind")
                            .asString(""),
                    signal,
                    rollout.path("reason").asString(""),
                    verdict.path("requests").asLong(0));
        }
    }

    /** The id of the release that answers. */
    public String live() throws IOException, InterruptedException {
        return ids("live").getFirst();
    }

    /** Another release than the live one. */
    public String other() throws IOException, InterruptedException {
        String live = live();
        return ids("").stream().filter(id -> !id.equals(live)).findFirst().orElseThrow();
    }

    private List<String> ids(String state) throws IOException, InterruptedException {
        List<String> found = new ArrayList<>();
        for (JsonNode release : ask("GET", "/v1/releases?pageSize=50", "").path("items")) {
            if (state.isEmpty() || release.path("state").asString("").equals(state)) {
                found.add(release.path("id").asString(""));
            }
        }
        return found;
    }

    /** Begins a rollout by a plan in JSON and gives its id. */
    public String begin(String plan) throws IOException, InterruptedException {
        return Standing.of(ask("POST", "/v1/rollouts", plan)).id();
    }

    public Standing look(String rollout) throws IOException, InterruptedException {
        return Standing.of(ask("GET", "/v1/rollouts/" + rollout, ""));
    }

    /**
     * Waits until a rollout has ended.
     *
     * @param seen is told what each look found
     * @throws IllegalStateException when it does not in this time
     */
    public Standing awaitEnd(String rollout, Duration most, Consumer<Standing> seen)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + most.toNanos();
        Standing now = look(rollout);
        seen.accept(now);
        while (!now.ended()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("not ended after " + most + ": " + now);
            }
            Thread.sleep(LOOK_EVERY);
            now = look(rollout);
            seen.accept(now);
        }
        return now;
    }

    private JsonNode ask(String method, String path, String body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(server.resolve(path)).timeout(GIVE_UP);
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        HttpResponse<String> reply =
                client.send(
                        request.method(method, HttpRequest.BodyPublishers.ofString(body)).build(),
                        HttpResponse.BodyHandlers.ofString());
        if (reply.statusCode() >= 300) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "%s answered %d: %s",
                            path,
                            reply.statusCode(),
                            reply.body()));
        }
        return JSON.readTree(reply.body());
    }

    @Override
    public void close() {
        client.close();
    }
}
