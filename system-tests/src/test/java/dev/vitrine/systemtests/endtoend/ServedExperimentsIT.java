package dev.vitrine.systemtests.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.benchmarks.crash.CrashDriver;
import dev.vitrine.benchmarks.process.Limits;
import dev.vitrine.benchmarks.process.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Experiments on a whole server over HTTP, with shoppers whose rates are known: one between shelves
 * that differ, one between shelves that do not, a kill in between, and a storefront that loses the
 * events of one arm.
 */
class ServedExperimentsIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final String HOME_SHELF = "recommended-for-you";
    private static final double LIKED = .2;
    private static final double USUAL = .1;

    private final SplittableRandom random = new SplittableRandom(5);
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final List<String> events = new ArrayList<>();
    private final Map<String, String> servedBy = new HashMap<>();
    private URI uri = URI.create("");
    private int event;

    private JsonNode ask(String method, String path, String body, int status)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(uri.resolve(path))
                                .header("content-type", "application/json")
                                .method(
                                        method,
                                        body.isEmpty()
                                                ? HttpRequest.BodyPublishers.noBody()
                                                : HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path + " -> " + answer.body()).isEqualTo(status);
        return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    }

    private JsonNode experiment(String id) throws IOException, InterruptedException {
        return ask("GET", "/v1/experiments/" + id, "", 200);
    }

    private void start(String id, String more) throws IOException, InterruptedException {
        ask("POST", "/v1/experiments", "{\"id\":\"" + id + "\"," + more + "}", 201);
        ask("POST", "/v1/experiments/" + id + ":start", "", 200);
    }

    private JsonNode shelf(String config, String visitor, String more)
            throws IOException, InterruptedException {
        return ask(
                "POST",
                "/v1/servingConfigs/" + config + ":recommend",
                "{\"visitorId\":\"" + visitor + "\"" + more + "}",
                200);
    }

    private void tell(String type, String visitor, String item, String token, String more)
            throws IOException, InterruptedException {
        events.add(
                "{\"eventId\":\"x"
                        + event++
                        + "\",\"eventType\":\""
                        + type
                        + "\",\"visitorId\":\""
                        + visitor
                        + "\",\"eventTime\":"
                        + System.currentTimeMillis()
                        + ",\"attributionToken\":\""
                        + token
                        + "\","
                        + more.replace("ITEM", item)
                        + "}");
        if (events.size() >= 200) {
            flush();
        }
    }

    private void flush() throws IOException, InterruptedException {
        if (!events.isEmpty()) {
            JsonNode answer =
                    ask("POST", "/v1/userEvents:write", "[" + String.join(",", events) + "]", 200);
            assertThat(answer.get("accepted").asInt()).isEqualTo(events.size());
            events.clear();
        }
    }

    /** A visitor sees a shelf; who is served what is trending clicks twice as often. */
    private void visit(String config, String visitor, double lost)
            throws IOException, InterruptedException {
        JsonNode answer = shelf(config, visitor, "");
        String step = answer.get("servedBy").asString();
        boolean trending = step.equals("trending");
        servedBy.put(visitor, step);
        if (trending && random.nextDouble() < lost) {
            return;
        }
        String token = answer.get("attributionToken").asString();
        String item = answer.at("/results/0/id").asString();
        tell("impression", visitor, item, token, "\"impressions\":[{\"id\":\"ITEM\"}]");
        if (random.nextDouble() < (trending ? LIKED : USUAL)) {
            tell("click", visitor, item, token, "\"productDetails\":[{\"id\":\"ITEM\"}]");
        }
        if (random.nextDouble() < .05) {
            tell(
                    "purchase-complete",
                    visitor,
                    item,
                    "",
                    "\"value\":20,\"currency\":\"EUR\",\"productDetails\":[{\"id\":\"ITEM\"}]");
        }
    }

    private void visits(String config, int from, int to, double lost)
            throws IOException, InterruptedException {
        for (int i = from; i < to; i++) {
            visit(config, "shopper-" + i, lost);
        }
        flush();
    }

    private static JsonNode comparison(JsonNode experiment, String metric) {
        for (JsonNode each : experiment.at("/results/metrics")) {
            if (each.get("metric").asString().equals(metric)) {
                return each.at("/comparisons/0");
            }
        }
        throw new AssertionError(metric + " is not in " + experiment);
    }

    @Test
    void whatIsTrueIsFoundOverAKillAndWhatIsLostIsNoticed(@TempDir Path folder) throws Exception {
        Path home = folder.resolve("home");
        Path log = folder.resolve("server.log");
        String shop = CrashDriver.smallShop(folder.resolve("shop")).toString();
        try (ServerProcess server = ServerProcess.start(home, Limits.NONE, log, "--data", shop)) {
            server.awaitReady(PATIENCE);
            uri = server.uri();
            startBoth();
            visits(HOME_SHELF, 0, 2_000, 0);
            visits("trending", 0, 2_000, 0);
            JsonNode shelves = experiment("shelves").get("results");
            JsonNode same = experiment("same").get("results");
            Map<String, String> before = Map.copyOf(servedBy);
            server.kill();
            assertThat(server.isAlive()).isFalse();
            try (ServerProcess again = ServerProcess.start(home, Limits.NONE, log)) {
                again.awaitReady(PATIENCE);
                uri = again.uri();
                assertThat(experiment("shelves").get("results")).isEqualTo(shelves);
                assertThat(experiment("same").get("results")).isEqualTo(same);
                assertThat(before).isNotEmpty();
                found();
                lost();
                contends();
                interleaved();
            }
        }
    }

    private void startBoth() throws IOException, InterruptedException {
        start(
                "shelves",
                "\"servingConfigs\":[\"recommended-for-you\"],\"traffic\":0.6,"
                        + "\"plannedVisitors\":2000,"
                        + "\"arms\":[{\"name\":\"usual\"},{\"name\":\"trending\",\"recipe\":\"trending\"}]");
        // Nobody is to be told of a difference by chance when tests run for years.
        start(
                "same",
                "\"servingConfigs\":[\"trending\"],\"traffic\":0.4,\"confidence\":0.9999,"
                        + "\"plannedVisitors\":2000,"
                        + "\"arms\":[{\"name\":\"one\"},{\"name\":\"other\"}]");
    }

    private void found() throws IOException, InterruptedException {
        visits(HOME_SHELF, 2_000, 6_000, 0);
        visits("trending", 2_000, 6_000, 0);
        JsonNode shelves = experiment("shelves");
        JsonNode clicked = comparison(shelves, "clicked");
        assertThat(clicked.get("verdict").asString()).as(shelves.toString()).isEqualTo("higher");
        assertThat(clicked.get("differenceLow").asDouble()).isLessThan(LIKED - USUAL);
        assertThat(clicked.get("differenceHigh").asDouble()).isGreaterThan(LIKED - USUAL);
        assertThat(shelves.at("/results/warnings")).isEmpty();
        assertThat(shelves.at("/results/impressionRatio/mismatch").asBoolean(true)).isFalse();
        JsonNode same = experiment("same");
        assertThat(same.at("/results/verdict").asString())
                .as(same.toString())
                .isEqualTo("not-shown");
        long in =
                shelves.at("/results/arms/0/visitors").asLong()
                        + shelves.at("/results/arms/1/visitors").asLong();
        assertThat(in).isBetween(3_300L, 3_900L);
        JsonNode stopped = ask("POST", "/v1/experiments/shelves:stop?reason=known", "", 200);
        assertThat(stopped.get("state").asString()).isEqualTo("stopped");
        assertThat(stopped.at("/results/metrics")).isEqualTo(shelves.at("/results/metrics"));
        JsonNode audit = ask("GET", "/v1/audit?subject=shelves", "", 200);
        assertThat(audit.toString())
                .contains("experiment.created", "experiment.started", "experiment.stopped");
    }

    private void lost() throws IOException, InterruptedException {
        start(
                "lossy",
                "\"servingConfigs\":[\"recommended-for-you\"],\"traffic\":0.6,"
                        + "\"arms\":[{\"name\":\"usual\"},{\"name\":\"trending\",\"recipe\":\"trending\"}]");
        visits(HOME_SHELF, 6_000, 8_500, .5);
        JsonNode lossy = experiment("lossy").get("results");
        assertThat(lossy.get("verdict").asString()).as(lossy.toString()).isEqualTo("mismatch");
        assertThat(lossy.at("/sampleRatio/mismatch").asBoolean(true)).isFalse();
        assertThat(lossy.at("/impressionRatio/mismatch").asBoolean()).isTrue();
        assertThat(lossy.at("/warnings/0").asString()).contains("trending has");
        ask("DELETE", "/v1/experiments/lossy", "", 409);
        ask("POST", "/v1/experiments/lossy:stop", "", 200);
        ask("DELETE", "/v1/experiments/lossy", "", 204);
        ask("GET", "/v1/experiments/lossy", "", 404);
    }

    private void contends() throws IOException, InterruptedException {
        String live = ask("GET", "/v1/releases", "", 200).at("/items/0/id").asString();
        String arms = "\"arms\":[{\"name\":\"a\"},{\"name\":\"b\",\"release\":\"%s\"}]";
        String rest = "\"servingConfigs\":[\"search\"],\"traffic\":0.3,";
        ask(
                "POST",
                "/v1/experiments",
                "{\"id\":\"ghost\"," + rest + arms.formatted("20200101-000000-aaaaaaaaaaaa") + "}",
                201);
        ask("POST", "/v1/experiments/ghost:start", "", 404);
        start("releases", rest + arms.formatted(live));
        JsonNode refused = ask("POST", "/v1/rollouts", "{\"release\":\"" + live + "\"}", 409);
        assertThat(refused.at("/error/message").asString()).contains("experiment releases");
        JsonNode found =
                ask(
                        "POST",
                        "/v1/servingConfigs/search:search",
                        "{\"visitorId\":\"v\",\"query\":\"a\"}",
                        200);
        assertThat(found.get("release").asString()).isEqualTo(live);
        ask("POST", "/v1/experiments/releases:stop", "", 200);
    }

    private void interleaved() throws IOException, InterruptedException {
        start(
                "lists",
                "\"kind\":\"interleaving\",\"servingConfigs\":[\"recommended-for-you\"],"
                        + "\"traffic\":0.6,"
                        + "\"arms\":[{\"name\":\"usual\"},{\"name\":\"trending\",\"recipe\":\"trending\"}]");
        int mixed = 0;
        for (int i = 0; i < 40; i++) {
            String visitor = "reader-" + i;
            JsonNode first = shelf(HOME_SHELF, visitor, ",\"pageSize\":10");
            if (!first.get("servedBy").asString().equals("interleaved")) {
                continue;
            }
            mixed++;
            JsonNode second =
                    shelf(
                            HOME_SHELF,
                            visitor,
                            ",\"pageSize\":10,\"pageToken\":\""
                                    + first.get("nextPageToken").asString()
                                    + "\"");
            Set<String> ids = new HashSet<>();
            first.get("results").forEach(result -> ids.add(result.get("id").asString()));
            second.get("results").forEach(result -> ids.add(result.get("id").asString()));
            assertThat(ids).hasSize(20);
            tell(
                    "click",
                    visitor,
                    first.at("/results/0/id").asString(),
                    first.get("attributionToken").asString(),
                    "\"productDetails\":[{\"id\":\"ITEM\"}]");
        }
        flush();
        assertThat(mixed).isBetween(10, 36);
        JsonNode preference = experiment("lists").at("/results/preference");
        assertThat(
                        preference.get("forFirst").asInt()
                                + preference.get("forSecond").asInt()
                                + preference.get("ties").asInt())
                .isEqualTo(mixed);
        assertThat(preference.get("ties").asInt()).isLessThan(mixed);
    }
}
