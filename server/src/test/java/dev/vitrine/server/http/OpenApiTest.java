package dev.vitrine.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vitrine.server.telemetry.Telemetry;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The description of the API and the routes say the same. */
class OpenApiTest {
    private final JsonNode document = read();
    private final List<Route> routes = routes();

    private static JsonNode read() {
        try (InputStream in =
                Objects.requireNonNull(
                        OpenApiTest.class.getResourceAsStream("/web/openapi.json"))) {
            return JsonMapper.shared().readTree(in.readAllBytes());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<Route> routes() {
        try (Telemetry telemetry = new Telemetry(InstantSource.system())) {
            return Routes.all(new FakeShop().ports(), telemetry, System::nanoTime);
        }
    }

    @Test
    void saysWhatReasonsAreMadeOf() {
        assertThat(
                        document.at("/components/schemas/Result/properties/reasons/description")
                                .asString())
                .contains("proposed-by:", "ranked-by:", "because-of:");
    }

    @Test
    void documentsEveryRouteWithItsRoleAndNothingElse() {
        Map<String, String> routed = new TreeMap<>();
        for (Route route : routes) {
            routed.put(
                    route.method() + " " + route.path().text(),
                    route.role().map(role -> role.wire()).orElse("anyone"));
        }
        Map<String, String> documented = new TreeMap<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                documented.put(
                        operation.getKey().toUpperCase(Locale.ROOT) + " " + path.getKey(),
                        operation.getValue().get("x-role").asString());
            }
        }
        assertThat(documented).isEqualTo(routed);
    }

    @Test
    void documentsABodyWhereOneIsTaken() {
        for (Route route : routes) {
            JsonNode operation = operation(route);
            assertThat(operation.has("requestBody"))
                    .as(route.method() + " " + route.path().text())
                    .isEqualTo(route.body() != Route.Body.NONE);
            assertThat(operation.at("/responses/default").isMissingNode()).isFalse();
        }
    }

    @Test
    void namesOnlySchemasThatExistAndUsesAllOfThem() {
        Set<String> used = new HashSet<>();
        references(document, used);
        Set<String> defined = new HashSet<>();
        for (Map.Entry<String, JsonNode> schema : document.at("/components/schemas").properties()) {
            defined.add("#/components/schemas/" + schema.getKey());
        }
        assertThat(used).isEqualTo(defined);
        List<String> ids = new ArrayList<>();
        for (Route route : routes) {
            ids.add(operation(route).get("operationId").asString());
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void givesExamplesThatTheServerTakes() {
        try (TestServer server = TestServer.local()) {
            for (String path :
                    List.of(
                            "/v1/servingConfigs/{name}:search",
                            "/v1/servingConfigs/{name}:recommend",
                            "/v1/servingConfigs/{name}:rerank",
                            "/v1/userEvents:write",
                            "/v1/products:import")) {
                String example =
                        document.get("paths")
                                .get(path)
                                .at("/post/requestBody/content/application~1json/example")
                                .toString();
                String config = path.endsWith(":search") ? "search" : "similar-items";
                assertThat(server.post(path.replace("{name}", config), example).statusCode())
                        .as(path)
                        .isBetween(200, 201);
            }
        }
    }

    private JsonNode operation(Route route) {
        return document.get("paths")
                .get(route.path().text())
                .get(route.method().toLowerCase(Locale.ROOT));
    }

    private static void references(JsonNode node, Set<String> into) {
        if (node.has("$ref")) {
            into.add(node.get("$ref").asString());
        }
        for (JsonNode child : node) {
            references(child, into);
        }
    }

    @Test
    void theListForPeopleHasEveryRouteToo() throws IOException {
        Set<String> listed = new TreeSet<>();
        for (String line : Files.readAllLines(Path.of("..", "docs", "api.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.lookingAt()) {
                listed.add(row.group(1) + " " + row.group(2) + " " + row.group(3));
            }
        }
        Set<String> described = new TreeSet<>();
        for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                described.add(
                        operation.getKey().toUpperCase(Locale.ROOT)
                                + " "
                                + path.getKey()
                                + " "
                                + operation.getValue().get("x-role").asString());
            }
        }
        assertThat(listed).isEqualTo(described);
    }

    private static final Pattern ROW = Pattern.compile("\\| `([A-Z]+) (/[^`]*)` \\| (\\w+) \\|");
}
