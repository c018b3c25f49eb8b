package dev.vitrine.benchmarks.cold;

import dev.vitrine.data.catalog.Product;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A shop's back end that brings products and asks for shelves, one request after the other. */
final class ShopClient implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Duration GIVE_UP = Duration.ofSeconds(30);

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI server;

    ShopClient(URI server) {
        this.server = server;
    }

    /**
     * What is shown.
     *
     * @param ids best first
     * @param release that answered
     */
    record Answer(List<String> ids, String release) {}

    /** Brings products, by the fields that they have. */
    void add(List<Product> products) throws IOException, InterruptedException {
        StringBuilder lines = new StringBuilder();
        for (Product product : products) {
            Map<String, String> fields =
                    Map.of(
                            "id",
                            product.id(),
                            "title",
                            product.title(),
                            "description",
                            product.description(),
                            "publishedAt",
                            Instant.ofEpochMilli(product.publishedAt()).toString());
            lines.append(JSON.writeValueAsString(fields)).append('\n');
        }
        post("/v1/products:import", "application/x-ndjson", lines.toString());
    }

    /**
     * The shelf that is recommended to a visitor.
     *
     * @param filter as the interface takes it; empty for none
     */
    Answer recommended(String visitor, String filter, int shown)
            throws IOException, InterruptedException {
        Map<String, Object> question =
                Map.of("visitorId", visitor, "filter", filter, "pageSize", shown);
        JsonNode answer =
                JSON.readTree(
                        post(
                                "/v1/servingConfigs/recommended-for-you:recommend",
                                "application/json",
                                JSON.writeValueAsString(question)));
        List<String> ids = new ArrayList<>();
        answer.path("results").forEach(result -> ids.add(result.path("id").asString("")));
        return new Answer(ids, answer.path("release").asString(""));
    }

    private String post(String path, String type, String body)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(server.resolve(path))
                                .timeout(GIVE_UP)
                                .header("Content-Type", type)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException(
                    path + " answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() {
        client.close();
    }
}
