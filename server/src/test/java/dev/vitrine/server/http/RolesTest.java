package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vitrine.kernel.error.VitrineException;
import dev.vitrine.server.access.AccessSettings;
import dev.vitrine.server.access.ApiKeys;
import dev.vitrine.server.access.KeySettings;
import dev.vitrine.server.access.Role;
import dev.vitrine.server.telemetry.Telemetry;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every route against every role, and pages of other origins. */
class RolesTest {
    private static final String SHOP = "https://shop.example";
    private static final Map<Role, String> SECRETS = new EnumMap<>(Role.class);
    private static TestServer server;

    @BeforeAll
    static void start() {
        SecureRandom random = new SecureRandom();
        for (Role role : Role.values()) {
            SECRETS.put(role, ApiKeys.newSecret(role, random));
        }
        List<KeySettings> keys =
                SECRETS.entrySet().stream()
                        .map(key ->
                                new KeySettings(
                                        key.getKey().wire(),
                                        key.getKey().wire(),
                                        ApiKeys.hash(key.getValue()),
                                        List.of(SHOP),
                                        0))
                        .toList();
        server = new TestServer(TestServer.settings(), new AccessSettings(keys, List.of(), null));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static HttpResponse<String> call(Route route, String secret) {
        String path =
                route.path().text().replace("{name}", "search").replaceAll("\\{[a-z]+}", "nothing");
        HttpRequest.Builder request = server.request(path);
        if (!secret.isEmpty()) {
            request.header("Authorization", "Bearer " + secret);
        }
        return server.send(
                request.method(
                                route.method(),
                                route.body() == Route.Body.NONE
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString("{}"))
                        .build());
    }

    @Test
    void requestsToModelsAreCountedUnderTheNameOfTheKey() {
        server.shop.models.clients.clear();
        Map<String, String> bodies =
                Map.of(
                        "/v1/models/echo:predict",
                        "{\"instances\":[[1,2]]}",
                        "/v2/models/echo/infer",
                        FakeInference.REQUEST);
        bodies.forEach((path, body) ->
                server.send(
                        server.request(path)
                                .header("X-Api-Key", SECRETS.get(Role.OPERATOR))
                                .POST(BodyPublishers.ofString(body))
                                .build()));
        assertThat(server.shop.models.clients).containsExactly("operator", "operator");
    }

    @Test
    void admitsEachRoleExactlyWhereItMay() {
        List<Route> routes;
        try (Telemetry telemetry = new Telemetry(InstantSource.system())) {
            routes = Routes.all(new FakeShop().ports(), telemetry, System::nanoTime);
        }
        for (Route route : routes) {
            String name = route.method() + " " + route.path().text();
            int anonymous = call(route, "").statusCode();
            if (route.role().isEmpty()) {
                assertThat(anonymous).as(name).isNotIn(401, 403);
                continue;
            }
            assertThat(anonymous).as(name + " without a key").isEqualTo(401);
            assertThat(call(route, "vt_admin_guessed").statusCode()).as(name).isEqualTo(401);
            for (Map.Entry<Role, String> key : SECRETS.entrySet()) {
                Role role = key.getKey();
                int status = call(route, key.getValue()).statusCode();
                if (role.includes(route.role().get())) {
                    assertThat(status).as(name + " as " + role).isNotIn(401, 403);
                } else {
                    assertThat(status).as(name + " as " + role).isEqualTo(403);
                }
            }
        }
    }

    @Test
    void letsPagesOfTheShopCallAndNoOthers() {
        String path = "/v1/servingConfigs/trending:recommend";
        HttpResponse<String> asked =
                server.send(
                        server.request(path)
                                .header("Origin", SHOP)
                                .header("Access-Control-Request-Method", "POST")
                                .method("OPTIONS", BodyPublishers.noBody())
                                .build());
        assertThat(asked.statusCode()).isEqualTo(204);
        assertThat(asked.headers().firstValue("Access-Control-Allow-Origin")).contains(SHOP);
        for (String origin : List.of("https://evil.example", "null", "https://shop.example.evil")) {
            HttpResponse<String> refused =
                    server.send(
                            server.request(path)
                                    .header("Origin", origin)
                                    .header(
                                            "Authorization",
                                            "Bearer " + SECRETS.get(Role.STOREFRONT))
                                    .POST(BodyPublishers.ofString("{}"))
                                    .build());
            assertThat(refused.statusCode()).as(origin).isEqualTo(403);
            assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        }
    }

    @Test
    void takesAKeyFromTheQueryForBeaconsOnly() {
        String key = "?key=" + SECRETS.get(Role.ADMIN);
        assertThat(
                        server.post(
                                        "/v1/userEvents:write" + key,
                                        "{\"eventType\":\"click\",\"visitorId\":\"v\"}")
                                .statusCode())
                .isEqualTo(200);
        assertThat(server.get("/v1/releases" + key).statusCode()).isEqualTo(401);
    }

    @Test
    void withoutKeysAnswersThisMachineOnly() {
        try (TestServer local = TestServer.local()) {
            String rebound =
                    local.raw(
                            "GET /v1/releases HTTP/1.1\r\nHost: evil.example\r\n"
                                    + "Connection: close\r\n\r\n");
            assertThat(rebound).startsWith("HTTP/1.1 403").contains("HOST_FORBIDDEN");
            HttpResponse<String> foreign =
                    local.send(
                            local.request("/v1/training:start")
                                    .header("Origin", "https://evil.example")
                                    .POST(BodyPublishers.noBody())
                                    .build());
            assertThat(foreign.body()).contains("ORIGIN_FORBIDDEN");
            HttpResponse<String> own =
                    local.send(
                            local.request("/v1/training:start")
                                    .header("Origin", "http://127.0.0.1:" + local.server.port())
                                    .POST(BodyPublishers.noBody())
                                    .build());
            assertThat(own.statusCode()).isEqualTo(202);
        }
    }

    @Test
    void willNotOpenAnotherAddressWithoutKeysAndTls() {
        assertThatThrownBy(() ->
                        new TestServer(
                                TestServer.settings().at("0.0.0.0", 0), AccessSettings.local()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("keys with roles")
                .hasMessageContaining("TLS");
    }

    @Test
    void saysThatAPortIsTaken() {
        assertThatThrownBy(() ->
                        new TestServer(
                                TestServer.settings().at("127.0.0.1", server.server.port()),
                                AccessSettings.local()))
                .isInstanceOf(VitrineException.class)
                .hasMessageContaining("another process listens on");
    }
}
