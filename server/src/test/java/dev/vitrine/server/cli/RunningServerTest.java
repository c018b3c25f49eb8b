package dev.vitrine.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands ask a running server, and what they make of its answers. */
class RunningServerTest {
    private static final String ROLLOUT =
            """
            {"id":"ro1","release":"r2","previous":"r1","who":"ada","state":"canary","reason":"fine",\
            "stage":0,"ended":false,"stages":[],"verdict":{"decision":"good","reason":"","checks":[]},\
            "history":[]}\
            """;
    private static final String EXPERIMENT =
            """
            {"id":"e1","state":"running","description":"","servingConfigs":["home"],\
            "startedAt":0,"stoppedAt":0,"arms":[]}\
            """;

    @TempDir private Path folder;
    private final Map<String, String> answers = new ConcurrentHashMap<>();
    private final Map<String, Integer> statuses = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    String what = exchange.getRequestMethod() + " " + exchange.getRequestURI();
                    asked.add((what + " " + body).strip());
                    asked.addAll(
                            exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
                    byte[] answer =
                            answers.getOrDefault(what, "{}").getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(
                            answers.containsKey(what) ? statuses.getOrDefault(what, 200) : 404, 0);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private Ran run(String... arguments) {
        List<String> all = new ArrayList<>(Arrays.asList(arguments));
        all.add("--server");
        all.add("http://127.0.0.1:" + server.getAddress().getPort());
        return Ran.of(all.toArray(String[]::new));
    }

    @Test
    void listsAreLinesOrJson() {
        String list = "{\"items\":[" + ROLLOUT + "]}";
        answers.put("GET /v1/rollouts", list);
        assertThat(run("rollout", "list").out())
                .isEqualTo("ro1           canary        r2  fine\n");
        assertThat(run("rollout", "list", "--json").out()).isEqualTo(list + "\n");
        answers.put("GET /v1/rollouts", "{\"items\":[]}");
        assertThat(run("rollout", "list")).isEqualTo(new Ran(0, "", "there was no rollout yet\n"));
        answers.put("GET /v1/experiments?pageSize=1000", "{\"items\":[" + EXPERIMENT + "]}");
        assertThat(run("experiment", "list").out()).startsWith("e1                    running");
    }

    @Test
    void whoStepsInSaysWhyAndShowsAKey() {
        answers.put("POST /v1/rollouts/ro%2F1:pause?reason=so%20it%20is", ROLLOUT);
        answers.put("POST /v1/rollouts/ro1:resume", ROLLOUT);
        answers.put("POST /v1/rollouts/ro1:abort", ROLLOUT);
        answers.put("POST /v1/rollouts/ro1:promote", ROLLOUT);
        Ran paused = run("rollout", "pause", "ro/1", "--reason", "so it is", "--key", "k1");
        assertThat(paused.code()).as(paused.err()).isZero();
        assertThat(paused.out()).startsWith("rollout   ro1\nrelease   r2\n");
        for (String verb : List.of("resume", "abort", "promote")) {
            assertThat(run("rollout", verb, "ro1").code()).as(verb).isZero();
        }
        assertThat(asked)
                .containsExactly(
                        "POST /v1/rollouts/ro%2F1:pause?reason=so%20it%20is",
                        "Bearer k1",
                        "POST /v1/rollouts/ro1:resume",
                        "POST /v1/rollouts/ro1:abort",
                        "POST /v1/rollouts/ro1:promote");
        assertThat(run("rollout", "pause").code()).isEqualTo(2);
    }

    @Test
    void anExperimentIsMadeOfAPlanAndStarted() throws IOException {
        Path plan =
                Files.writeString(
                        folder.resolve("plan.yaml"),
                        """
                        id: e1
                        servingConfigs: [recommended-for-you]
                        arms:
                        - {name: control}
                        - {name: other, diversity: .5}
                        """);
        answers.put("POST /v1/experiments", EXPERIMENT);
        answers.put("POST /v1/experiments/e1:start", EXPERIMENT);
        Ran made = run("experiment", "create", plan.toString(), "--start");
        assertThat(made.code()).as(made.err()).isZero();
        assertThat(made.out()).startsWith("experiment  e1, running\n");
        assertThat(asked).hasSize(2);
        assertThat(asked.getFirst()).startsWith("POST /v1/experiments {\"id\":\"e1\"");
        answers.put("DELETE /v1/experiments/e1", "");
        assertThat(run("experiment", "delete", "e1").code()).isZero();
    }

    @Test
    void whatTheServerRefusesIsTold() {
        assertThat(run("rollout", "show", "ro1"))
                .satisfies(ran -> assertThat(ran.code()).isEqualTo(1))
                .satisfies(
                        ran -> assertThat(ran.err()).contains("did not show rollout ro1: 404 {}"));
    }

    @Test
    void theServersOwnErrorIsTold() {
        String start = "POST /v1/rollouts";
        answers.put(
                start,
                "{\"error\":{\"code\":\"ROLLOUT_CONFLICT\",\"message\":\"rollout r1 is CANARY\"}}");
        statuses.put(start, 409);
        Ran ran = run("rollout", "start", "r2");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err())
                .endsWith(": rollout r1 is CANARY [ROLLOUT_CONFLICT]\n")
                .doesNotContain("{", "HOME_FAILED");
        server.stop(0);
        assertThat(run("rollout", "list").err()).contains("no server answers", "[NOT_RUNNING]");
    }

    @Test
    void aDraftThatCouldNotBeStartedIsTold() throws IOException {
        Path plan =
                Files.writeString(
                        folder.resolve("plan.yaml"),
                        "{id: e1, servingConfigs: [recommended-for-you],"
                                + " arms: [{name: a}, {name: b}]}");
        answers.put("POST /v1/experiments", EXPERIMENT);
        String start = "POST /v1/experiments/e1:start";
        answers.put(
                start, "{\"error\":{\"code\":\"EXPERIMENT_CONFLICT\",\"message\":\"too many\"}}");
        statuses.put(start, 409);
        Ran ran = run("experiment", "create", plan.toString(), "--start");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err())
                .contains(
                        "too many. It was made and stays a draft",
                        "vitrine experiment start e1",
                        "vitrine experiment delete e1",
                        "[EXPERIMENT_CONFLICT]");
    }

    @Test
    void anExperimentThatCannotRunSaysWhy() {
        answers.put(
                "GET /v1/experiments/e1",
                EXPERIMENT.replace("\"arms\"", "\"problem\":\"no.log is none\",\"arms\""));
        assertThat(run("experiment", "show", "e1").out()).contains("PROBLEM     no.log is none");
    }

    @Test
    void aKeyMayBeInAFileOrInTheEnvironment() throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "from-file\n");
        answers.put("GET /v1/rollouts", "{\"items\":[]}");
        assertThat(run("rollout", "list", "--key-file", file.toString()).code()).isZero();
        assertThat(asked).contains("Bearer from-file");
        Ran both = run("rollout", "list", "--key-file", file.toString(), "--key", "k");
        assertThat(both.code()).isEqualTo(2);
        assertThat(run("rollout", "list", "--key-file", folder.resolve("no").toString()).code())
                .isEqualTo(2);
        Files.writeString(file, "two words\n");
        Ran bad = run("rollout", "list", "--key-file", file.toString());
        assertThat(bad.code()).isEqualTo(2);
        assertThat(bad.err()).contains("has no key").doesNotContain("words");
        RunningServer server = new RunningServer();
        assertThat(server.shownKey("from-environment")).contains("from-environment");
        assertThat(server.shownKey("")).isEmpty();
        assertThat(server.shownKey(null)).isEmpty();
        server.key = "from-option";
        assertThat(server.shownKey("from-environment")).contains("from-option");
    }

    /** Such as a web server that has the port. */
    @Test
    void whatIsNoVitrineIsToldSo() {
        answers.put("GET /v1/rollouts/ro1", "<html>");
        Ran ran = run("rollout", "show", "ro1");
        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.err()).contains("is that Vitrine?").doesNotContain("\tat ");
    }
}
