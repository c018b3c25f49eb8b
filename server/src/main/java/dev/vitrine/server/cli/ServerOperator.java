package dev.vitrine.server.cli;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.ServerError;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tells a running server what to do. */
final class ServerOperator implements AutoCloseable {
    private static final Duration MOST = Duration.ofMinutes(10);

    /** Of an answer; one that is longer is none of Vitrine's. */
    private static final long MOST_BYTES = 64L << 20;

    private static final JsonMapper JSON = new JsonMapper();

    private final URI server;
    private final Optional<String> key;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ServerOperator(URI server, Optional<String> key) {
        this.server = server;
        this.key = key;
    }

    /**
     * Has it load the newest version of a model; returns when that answers.
     *
     * @throws VitrineException with what the server said and its code
     */
    void load(String name) {
        model(name, "load", "load");
    }

    /**
     * Has it keep the next requests to a model; returns at once with what it says of the file.
     *
     * @throws VitrineException with what the server said and its code
     */
    String record(String name, int requests) {
        return model(name, "record?requests=" + requests, "record");
    }

    private String model(String name, String path, String what) {
        return ask(
                "POST",
                "/v2/repository/models/" + name + "/" + path,
                Optional.empty(),
                what + " " + name);
    }

    /** A part of a path or a query, with what has a meaning there escaped. */
    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * Asks the server without a body.
     *
     * @return what it answered
     * @throws VitrineException as {@link #ask(String, String, Optional, String)}, and HOME_FAILED
     *     when the answer is no JSON
     */
    JsonNode ask(String method, String path, String what) {
        return read(ask(method, path, Optional.empty(), what), what);
    }

    /** Sends it something in JSON; the rest as {@link #ask(String, String, String)}. */
    JsonNode send(String path, JsonNode body, String what) {
        return read(ask("POST", path, Optional.of(body.toString()), what), what);
    }

    private JsonNode read(String answer, String what) {
        try {
            return JSON.readTree(answer);
        } catch (JacksonException e) {
            throw new VitrineException(
                    ServerError.HOME_FAILED,
                    "asked to "
                            + what
                            + ", "
                            + server
                            + " answered something that is no JSON: is that Vitrine?",
                    e);
        }
    }

    /**
     * Asks the server.
     *
     * @param body JSON, where there is any
     * @param what it is to do, for the error
     * @return what it answered
     * @throws VitrineException with what the server said and its code, or NOT_RUNNING where none
     *     answers
     */
    String ask(String method, String path, Optional<String> body, String what) {
        try {
            HttpRequest.Builder request =
                    HttpRequest.newBuilder(server.resolve(path))
                            .timeout(MOST)
                            .method(
                                    method,
                                    body.map(HttpRequest.BodyPublishers::ofString)
                                            .orElse(HttpRequest.BodyPublishers.noBody()));
            if (body.isPresent()) {
                request.header("Content-Type", "application/json");
            }
            key.ifPresent(k -> request.header("Authorization", "Bearer " + k));
            HttpResponse<String> answer =
                    client.send(
                            request.build(),
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofString(), MOST_BYTES));
            if (answer.statusCode() >= 300) {
                throw ServerRefusal.of(
                        "the server at " + server + " did not " + what,
                        answer.statusCode(),
                        answer.body());
            }
            return answer.body();
        } catch (IOException e) {
            throw new VitrineException(
                    ServerError.NOT_RUNNING, "no server answers at " + server + ": " + e, e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static VitrineException interrupted() {
        Thread.currentThread().interrupt();
        return failed("interrupted; the version that answers stays");
    }

    private static VitrineException failed(String message) {
        return new VitrineException(ServerError.HOME_FAILED, message);
    }

    @Override
    public void close() {
        client.close();
    }
}
