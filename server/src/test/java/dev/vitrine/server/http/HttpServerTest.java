package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.applications.recommend.RecommendRequest;
import dev.vitrine.applications.search.SearchRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What each endpoint takes and answers, over a real connection. */
class HttpServerTest {
    private static TestServer server;

    @BeforeAll
    static void start() {
        server = TestServer.local();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static JsonNode json(HttpResponse<String> response) {
        return JsonMapper.shared().readTree(response.body());
    }

    @Test
    void recommendsWithEveryField() {
        HttpResponse<String> answer =
                server.post(
                        "/v1/servingConfigs/similar-items:recommend",
                        """
                        {"visitorId":"v","userId":7,"itemId":"p1","filter":"price < 5",
                         "excludeIds":["x",12],"pageSize":3,"diversity":0.5,"explain":true}\
                        """);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).at("/results/0/id").asString()).isEqualTo("p1");
        assertThat(json(answer).at("/results/0/product/title").asString())
                .isEqualTo("Wireless mouse");
        assertThat(json(answer).at("/attributionToken").asString()).isEqualTo("token");
        assertThat(json(answer).at("/servedBy").asString()).isEqualTo("popular");
        assertThat(server.shop.requests)
                .contains(
                        new RecommendRequest(
                                "v",
                                "7",
                                java.util.List.of("p1"),
                                "price < 5",
                                java.util.List.of("x", "12"),
                                3,
                                "",
                                0.5,
                                true));
    }

    @Test
    void neverShowsShoppersWhatAProductCosts() {
        assertThat(server.post("/v1/servingConfigs/trending:recommend", "{}").body())
                .contains("\"price\":19.5")
                .doesNotContain("cost");
    }

    @Test
    void searchesWithFacets() {
        HttpResponse<String> answer =
                server.post(
                        "/v1/servingConfigs/search:search",
                        """
                        {"query":"mouse","visitorId":"v","facets":["brand",
                         {"key":"price","limit":5,"bounds":[10,20.5]}],"pageSize":2}\
                        """);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(json(answer).at("/facets/0/values/0/count").asInt()).isEqualTo(1);
        assertThat(json(answer).at("/facets/0/values/0/low").asInt()).isEqualTo(0);
        assertThat(json(answer).at("/facets/0/values/0").has("high")).isFalse();
        SearchRequest asked = (SearchRequest) server.shop.requests.getLast();
        assertThat(asked.facets()).hasSize(2);
        assertThat(asked.facets().get(1).bounds()).containsExactly(10.0, 20.5);
    }

    @Test
    void reranksAndCompletes() {
        assertThat(
                        server.post(
                                        "/v1/servingConfigs/personalized-ranking:rerank",
                                        "{\"visitorId\":\"v\",\"itemIds\":[\"b\",\"a\"]}")
                                .body())
                .contains("\"id\":\"b\"");
        assertThat(server.get("/v1/completeQuery?q=wire&n=3").body())
                .isEqualTo("{\"completions\":[{\"text\":\"wireless mouse\",\"kind\":\"query\"}]}");
    }

    @Test
    void predictsInSnakeCase() {
        JsonNode answer = json(server.get("/predict?user_id=ann%20b&item_id=p1"));
        assertThat(answer.at("/user_id").asString()).isEqualTo("ann b");
        assertThat(answer.at("/item_id").asString()).isEqualTo("p1");
        assertThat(answer.at("/probability").asDouble()).isEqualTo(0.25);
        assertThat(answer.at("/model").asString()).isEqualTo("trees");
        assertThat(answer.at("/model_version").asString()).isEqualTo("r1");
        assertThat(answer.at("/calibrated").asBoolean()).isTrue();
        assertThat(answer.at("/base_rate").asDouble()).isEqualTo(0.5);
        assertThat(answer.at("/based_on").asString()).isEqualTo("history");
        assertThat(answer.at("/latency_ms").asDouble()).isGreaterThanOrEqualTo(0);
        JsonNode imported = json(server.get("/predict?user_id=ann&item_id=p1&model=likes"));
        assertThat(imported.at("/probability").asDouble()).isEqualTo(0.75);
        assertThat(imported.at("/model").asString()).isEqualTo("likes");
        assertThat(imported.at("/model_version").asString()).isEqualTo("likes/3");
        assertThat(imported.at("/based_on").asString()).isEqualTo("texts");
        assertThat(imported.has("calibrated") || imported.has("base_rate")).isFalse();
        assertThat(server.get("/predict?user_id=ann&item_id=p1&model=other").statusCode())
                .isEqualTo(400);
        assertThat(server.get("/predict?user_id=ann&item_id=nothing").statusCode()).isEqualTo(404);
        assertThat(server.get("/predict?user_id=ann").body()).contains("item_id");
    }

    @Test
    void writesTheSoundEventsOfAListAndNamesTheOthers() {
        HttpResponse<String> answer =
                server.post(
                        "/v1/userEvents:write",
                        """
                        [{"eventType":"click","visitorId":"v1"},
                         {"eventType":"clack","visitorId":"v2"},
                         {"eventType":"click"},
                         {"eventType":"search","visitorId":"v3","unknown":{"a":1}}]\
                        """);
        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode body = json(answer);
        assertThat(body.at("/accepted").asInt()).isEqualTo(2);
        assertThat(body.at("/rejected/0/index").asInt()).isEqualTo(1);
        assertThat(body.at("/rejected/0/field").asString()).isEqualTo("eventType");
        assertThat(body.at("/rejected/1/index").asInt()).isEqualTo(2);
        assertThat(body.at("/rejected/1/field").asString()).isEqualTo("visitorId");
        assertThat(server.shop.unread.get()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void refusesASingleUnsoundEvent() {
        HttpResponse<String> answer =
                server.post("/v1/userEvents:write", "{\"eventType\":\"clack\"}");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).at("/error/field").asString()).isEqualTo("eventType");
    }

    @Test
    void importsProductsAsLinesAndAsAnArray() {
        HttpResponse<String> lines =
                server.post(
                        "/v1/products:import",
                        "{\"id\":\"a1\"}\n\n{\"id\":\"a2\",\"price\":-4}\n{\"id\":\"a3\"}");
        assertThat(json(lines).at("/accepted").asInt()).isEqualTo(2);
        assertThat(json(lines).at("/rejectedLines/0/line").asInt()).isEqualTo(3);
        assertThat(json(lines).at("/rejectedLines/0/field").asString()).isEqualTo("price");
        HttpResponse<String> array =
                server.post("/v1/products:import?validateOnly=true", " [{\"id\":\"a4\"} , {}]");
        assertThat(json(array).at("/accepted").asInt()).isEqualTo(1);
        assertThat(json(array).at("/rejected").asInt()).isEqualTo(1);
        assertThat(server.shop.products).containsKeys("a1", "a3").doesNotContainKey("a4");
        server.shop.products.keySet().removeIf(id -> !id.equals("p1"));
    }

    @Test
    void changesOneProduct() {
        String path = "/v1/products/q%2F1%3Aimport";
        assertThat(
                        server.send(
                                        server.request(path)
                                                .PUT(
                                                        BodyPublishers.ofString(
                                                                "{\"id\":\"q/1:import\"}"))
                                                .build())
                                .statusCode())
                .isEqualTo(200);
        HttpResponse<String> patched =
                server.send(
                        server.request(path)
                                .method(
                                        "PATCH",
                                        BodyPublishers.ofString("{\"price\":3,\"cost\":2}"))
                                .build());
        assertThat(patched.body()).contains("\"price\":3").contains("\"cost\":2");
        assertThat(server.get(path).statusCode()).isEqualTo(200);
        assertThat(server.send(server.request(path).DELETE().build()).statusCode()).isEqualTo(204);
        assertThat(server.get(path).statusCode()).isEqualTo(404);
        assertThat(server.get(path).body()).contains("ITEM_NOT_FOUND").contains("q/1:import");
    }

    @Test
    void exportsAndErasesUsers() {
        server.post("/v1/userEvents:write", "{\"eventType\":\"click\",\"visitorId\":\"ann\"}");
        HttpResponse<String> export = server.get("/v1/users/ann:export");
        assertThat(export.headers().firstValue("Content-Type")).contains("application/x-ndjson");
        assertThat(export.body()).contains("\"visitorId\":\"ann\"");
        assertThat(server.get("/v1/users/bob:export").statusCode()).isEqualTo(404);
        assertThat(server.send(server.request("/v1/users/ann").DELETE().build()).body())
                .contains("\"id\":\"j1\"");
        assertThat(server.get("/v1/jobs/j1").body()).contains("\"state\":\"done\"");
        assertThat(server.get("/v1/jobs/j9").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource({
        "/v1/releases, items",
        "/v1/releases/r1, live",
        "/v1/registry/models, ease",
        "/v1/registry/models/ease, ndcgAt10",
        "/v1/registry/models/ease/versions/3, lambda",
        "/v1/data, events",
        "/v1/data/imports, a.csv",
        "/v1/data/cleaning, duplicate",
        "/v1/data/setAside?rule=duplicate&pageSize=10, again",
        "/v1/data/dataset, global-time",
        "/v1/training, idle",
        "/v1/alerts, disk",
        "/v1/evaluations, full-ranking",
        "/v1/status, admin",
        "/v1/metrics/requests?seconds=10&step=2&group=search, p99Ms",
        "/metrics, vitrine_http_request_seconds_bucket",
        "/health/live, live",
        "/health/ready, ready"
    })
    void showsOperators(String path, String part) {
        HttpResponse<String> answer = server.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(part);
    }

    @Test
    void bringsTheConsolesTypefaceAndItsLicence() {
        HttpResponse<String> font = server.get("/console/inter-v20.woff2");
        assertThat(font.statusCode()).isEqualTo(200);
        assertThat(font.headers().firstValue("Content-Type")).contains("font/woff2");
        assertThat(font.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
        assertThat(server.get("/console/inter-OFL.txt").body())
                .contains("SIL OPEN FONT LICENSE Version 1.1");
        assertThat(server.get("/console/console.css").headers().firstValue("Cache-Control"))
                .contains("no-cache");
    }

    @Test
    void saysWhyItIsNotReady() {
        try (TestServer other = TestServer.local()) {
            other.telemetry.health().check("release", () -> java.util.Optional.of("none is live"));
            HttpResponse<String> answer = other.get("/health/ready");
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("none is live");
            assertThat(other.get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void answersUnknownPathsMethodsAndConfigs() {
        assertThat(server.get("/v2/nothing").statusCode()).isEqualTo(404);
        HttpResponse<String> method = server.get("/v1/userEvents:write");
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("Allow")).contains("OPTIONS, POST");
        HttpResponse<String> config = server.post("/v1/servingConfigs/none:recommend", "{}");
        assertThat(config.statusCode()).isEqualTo(404);
        assertThat(config.body()).contains("SERVING_CONFIG_NOT_FOUND").contains("requestId");
        assertThat(config.headers().firstValue("X-Request-Id")).isPresent();
    }

    @Test
    void keepsAConnectionForTheNextRequest() {
        String event = "{\"eventType\":\"click\",\"visitorId\":\"v\"}";
        String post =
                "POST /v1/userEvents:write HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                        + event.length()
                        + "\r\n";
        String answers =
                server.raw(
                        (post + "\r\n" + event).repeat(3)
                                + post
                                + "Connection: close\r\n\r\n"
                                + event);
        assertThat(answers.split("HTTP/1.1 200", -1)).hasSize(5);
    }

    @Test
    void answersHeadLikeGetWithoutABody() {
        HttpResponse<String> head =
                server.send(
                        server.request("/v1/products/p1")
                                .method("HEAD", BodyPublishers.noBody())
                                .build());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(server.get("/v1/products/p1").statusCode()).isEqualTo(200);
    }
}
