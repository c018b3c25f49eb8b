package dev.vitrine.server.http;

import dev.vitrine.applications.recommend.Prediction;
import dev.vitrine.applications.recommend.RecommendResponse;
import dev.vitrine.applications.search.SearchResponse;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.intake.ProductJson;
import dev.vitrine.retrieval.lexical.Completion;
import dev.vitrine.retrieval.lexical.Facet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/** Writes the answers that shoppers wait for, straight into the buffer that is sent. */
final class ShopJson {
    private ShopJson() {}

    static void recommend(JsonGenerator json, RecommendResponse answer) {
        json.writeStartObject();
        json.writeArrayPropertyStart("results");
        List<RecommendResponse.Result> results = answer.results();
        for (int i = 0; i < results.size(); i++) {
            RecommendResponse.Result result = results.get(i);
            json.writeStartObject();
            json.writeStringProperty("id", result.id());
            json.writeNumberProperty("score", result.score());
            if (result.product().isPresent()) {
                product(json, result.product().get());
            }
            texts(json, "reasons", result.reasons());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberProperty("totalSize", answer.totalSize());
        closing(
                json,
                answer.nextPageToken(),
                answer.attributionToken(),
                answer.release(),
                answer.servedBy());
        json.writeEndObject();
    }

    static void search(JsonGenerator json, SearchAnswer answer) {
        SearchResponse response = answer.response();
        json.writeStartObject();
        results(json, "results", response.results());
        json.writeArrayPropertyStart("facets");
        for (Facet facet : response.facets()) {
            facet(json, facet);
        }
        json.writeEndArray();
        present(json, "correctedQuery", response.correctedQuery());
        json.writeStringProperty("match", response.match().name().toLowerCase(Locale.ROOT));
        json.writeNumberProperty("totalSize", response.totalSize());
        if (!response.recommended().isEmpty()) {
            results(json, "recommended", response.recommended());
        }
        closing(
                json,
                response.nextPageToken(),
                answer.attributionToken(),
                answer.release(),
                answer.servedBy());
        json.writeEndObject();
    }

    static void completions(JsonGenerator json, List<Completion> completions) {
        json.writeStartObject();
        json.writeArrayPropertyStart("completions");
        for (Completion completion : completions) {
            json.writeStartObject();
            json.writeStringProperty("text", completion.text());
            json.writeStringProperty("kind", completion.kind().name().toLowerCase(Locale.ROOT));
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** In snake case, as clients of such endpoints expect it. */
    static void prediction(JsonGenerator json, Prediction prediction, double latencyMs) {
        json.writeStartObject();
        json.writeStringProperty("user_id", prediction.userId());
        json.writeStringProperty("item_id", prediction.itemId());
        json.writeNumberProperty("probability", prediction.probability());
        if (prediction.isOfRelease()) {
            json.writeBooleanProperty("calibrated", prediction.isCalibrated());
            json.writeNumberProperty("base_rate", Prediction.BASE_RATE);
        }
        json.writeStringProperty("based_on", prediction.basis().name().toLowerCase(Locale.ROOT));
        json.writeStringProperty("model", prediction.model());
        json.writeStringProperty("model_version", prediction.modelVersion());
        json.writeNumberProperty("latency_ms", Math.rint(latencyMs * 1000) / 1000);
        json.writeEndObject();
    }

    private static void results(
            JsonGenerator json, String field, List<SearchResponse.Result> results) {
        json.writeArrayPropertyStart(field);
        for (int i = 0; i < results.size(); i++) {
            SearchResponse.Result result = results.get(i);
            json.writeStartObject();
            json.writeStringProperty("id", result.id());
            json.writeNumberProperty("score", result.score());
            Optional<Product> product = result.product();
            if (product.isPresent()) {
                product(json, product.get());
            }
            texts(json, "reasons", result.reasons());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void facet(JsonGenerator json, Facet facet) {
        json.writeStartObject();
        json.writeStringProperty("key", facet.key());
        json.writeArrayPropertyStart("values");
        for (Facet.Value value : facet.values()) {
            json.writeStartObject();
            json.writeStringProperty("value", value.value());
            json.writeNumberProperty("count", value.count());
            finite(json, "low", value.low());
            finite(json, "high", value.high());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void product(JsonGenerator json, Product product) {
        json.writeName("product");
        ProductJson.writePublic(json, product);
    }

    private static void closing(
            JsonGenerator json, String next, String token, String release, String servedBy) {
        present(json, "nextPageToken", next);
        json.writeStringProperty("attributionToken", token);
        json.writeStringProperty("release", release);
        json.writeStringProperty("servedBy", servedBy);
    }

    private static void texts(JsonGenerator json, String field, List<String> values) {
        if (values.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart(field);
        for (int i = 0; i < values.size(); i++) {
            json.writeString(values.get(i));
        }
        json.writeEndArray();
    }

    private static void present(JsonGenerator json, String field, String value) {
        if (!value.isEmpty()) {
            json.writeStringProperty(field, value);
        }
    }

    private static void finite(JsonGenerator json, String field, double value) {
        if (Double.isFinite(value)) {
            json.writeNumberProperty(field, value);
        }
    }
}
