package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/**
 * Events as the public API writes them in JSON. Fields that the API does not know are kept as
 * attributes; {@code eventTime} is RFC 3339 or epoch milliseconds and {@link Product#NO_TIME} when
 * absent; ids may be texts or whole numbers.
 */
public final class EventJson {
    public static final int MAX_PRODUCTS = 1_000;
    public static final int MAX_IMPRESSIONS = 1_000;
    public static final int MAX_ATTRIBUTES = 200;
    public static final int MAX_ID = 256;
    public static final int MAX_QUERY = 2_000;
    public static final int MAX_TOKEN = 4_096;

    private EventJson() {}

    /**
     * Reads one event.
     *
     * @throws dev.vitrine.kernel.error.VitrineException EVENT_INVALID or FIELD_MISSING, naming the
     *     field and the value found
     */
    public static Event read(byte[] json) {
        return read(json, 0, json.length);
    }

    public static Event read(byte[] bytes, int from, int length) {
        return JsonReading.object(bytes, from, length, DataError.EVENT_INVALID, EventJson::body);
    }

    public static Event read(String json) {
        return JsonReading.object(json, DataError.EVENT_INVALID, EventJson::body);
    }

    /** Writes one event as an object; what is absent is left out. */
    public static void write(JsonGenerator json, Event event) {
        json.writeStartObject();
        JsonWriting.text(json, "eventId", event.eventId());
        json.writeStringProperty("eventType", event.type().wire());
        JsonWriting.text(json, "visitorId", event.visitorId());
        JsonWriting.text(json, "userId", event.userId());
        JsonWriting.text(json, "sessionId", event.sessionId());
        JsonWriting.time(json, "eventTime", event.time());
        products(json, event.products());
        JsonWriting.text(json, "searchQuery", event.searchQuery());
        JsonWriting.text(json, "attributionToken", event.attributionToken());
        impressions(json, event.impressions());
        JsonWriting.text(json, "placement", event.placement());
        JsonWriting.number(json, "value", event.value());
        JsonWriting.text(json, "currency", event.currency());
        JsonWriting.text(json, "consent", event.consent());
        JsonWriting.attributes(json, "attributes", event.attributes());
        json.writeEndObject();
    }

    public static byte[] write(Event event) {
        return JsonWriting.bytes(json -> write(json, event));
    }

    /** Writes the list {@code productDetails}, unless it is empty. */
    public static void products(JsonGenerator json, List<ProductDetail> products) {
        if (products.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("productDetails");
        for (ProductDetail product : products) {
            json.writeStartObject();
            json.writeStringProperty("id", product.id());
            JsonWriting.number(json, "quantity", product.quantity());
            JsonWriting.number(json, "price", product.price());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    /** Writes the list {@code impressions}, unless it is empty. */
    public static void impressions(JsonGenerator json, List<Impression> impressions) {
        if (impressions.isEmpty()) {
            return;
        }
        json.writeArrayPropertyStart("impressions");
        for (Impression impression : impressions) {
            json.writeStartObject();
            json.writeStringProperty("id", impression.id());
            if (impression.position() != 0) {
                json.writeNumberProperty("position", impression.position());
            }
            JsonWriting.number(json, "propensity", impression.propensity());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static Event body(JsonReading in) {
        EventBuilder event = new EventBuilder();
        String field;
        while ((field = in.nextField()) != null) {
            switch (field) {
                case "eventId" -> event.eventId = in.id(field, MAX_ID);
                case "eventType" -> event.type = type(in, field);
                case "visitorId" -> event.visitorId = in.id(field, MAX_ID);
                case "userId" -> event.userId = in.id(field, MAX_ID);
                case "sessionId" -> event.sessionId = in.id(field, MAX_ID);
                case "eventTime" -> event.time = in.time(field, Product.NO_TIME);
                case "productDetails" -> event.products = products(in);
                case "searchQuery" -> event.searchQuery = in.text(field, MAX_QUERY);
                case "attributionToken" -> event.attributionToken = in.text(field, MAX_TOKEN);
                case "impressions" -> event.impressions = impressions(in);
                case "placement" -> event.placement = in.text(field, MAX_ID);
                case "value" -> event.value = in.number(field);
                case "currency" -> event.currency = in.text(field, 8);
                case "consent" -> event.consent = in.text(field, MAX_ID);
                case "attributes" -> attributes(in, event.attributes());
                default -> in.attribute(field, event.attributes(), MAX_ATTRIBUTES);
            }
        }
        if (event.type == null) {
            throw in.missing("eventType", "one of " + EventTypes.NAMES);
        }
        return event.build();
    }

    static EventType type(JsonReading in, String field) {
        EventType type = EventTypes.find(in.text(field, MAX_ID));
        if (type == null) {
            throw in.wrong(field, "one of " + EventTypes.NAMES);
        }
        return type;
    }

    private static void attributes(JsonReading in, Map<String, AttributeValue> into) {
        if (in.isNull()) {
            return;
        }
        in.expectObject("attributes");
        String name;
        while ((name = in.nextField()) != null) {
            in.attribute(name, into, MAX_ATTRIBUTES);
        }
    }

    private static List<ProductDetail> products(JsonReading in) {
        List<ProductDetail> products = new ArrayList<>(1);
        in.list(
                "productDetails",
                MAX_PRODUCTS,
                place -> {
                    in.inside("productDetails", place);
                    in.expectObject("");
                    products.add(product(in));
                    in.outside();
                });
        return products;
    }

    private static ProductDetail product(JsonReading in) {
        String id = "";
        double quantity = 1;
        double price = Double.NaN;
        String field;
        while ((field = in.nextField()) != null) {
            switch (field) {
                case "id" -> id = in.id(field, Product.MAX_ID_LENGTH);
                case "quantity" -> quantity = in.isNull() ? 1 : in.number(field);
                case "price" -> price = in.number(field);
                default -> in.parser.skipChildren();
            }
        }
        if (id.isEmpty()) {
            throw in.missing("id", "the id of a product");
        }
        return new ProductDetail(id, quantity, price);
    }

    private static List<Impression> impressions(JsonReading in) {
        List<Impression> impressions = new ArrayList<>();
        in.list(
                "impressions",
                MAX_IMPRESSIONS,
                place -> {
                    in.inside("impressions", place);
                    in.expectObject("");
                    impressions.add(impression(in));
                    in.outside();
                });
        return impressions;
    }

    private static Impression impression(JsonReading in) {
        String id = "";
        int position = 0;
        double propensity = Double.NaN;
        String field;
        while ((field = in.nextField()) != null) {
            switch (field) {
                case "id" -> id = in.id(field, Product.MAX_ID_LENGTH);
                case "position" -> position = (int) in.whole(field, 0, 1_000_000);
                case "propensity" -> {
                    propensity = in.number(field);
                    if (!in.isNull() && !(propensity > 0 && propensity <= 1)) {
                        throw in.wrong(field, "a probability above 0 and at most 1");
                    }
                }
                default -> in.parser.skipChildren();
            }
        }
        if (id.isEmpty()) {
            throw in.missing("id", "the id of a product");
        }
        return new Impression(id, position, propensity);
    }
}
