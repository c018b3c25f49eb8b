package dev.vitrine.data.cleaning;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** An event of the log as JSON for people: names of the public API, people as numbers. */
final class LoggedEventJson {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private LoggedEventJson() {}

    static String text(LoggedEvent event) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("offset", event.offset());
        fields.put("visitor", event.visitor());
        fields.put("user", event.user());
        fields.put("eventType", event.type().wire());
        fields.put("eventTime", time(event.time()));
        fields.put("receivedAt", time(event.receivedAt()));
        put(fields, "eventId", event.eventId());
        put(fields, "sessionId", event.sessionId());
        List<Object> products = new ArrayList<>();
        for (ProductDetail product : event.products()) {
            Map<String, Object> detail = new LinkedHashMap<>();
            detail.put("id", product.id());
            put(detail, "quantity", product.quantity());
            put(detail, "price", product.price());
            products.add(detail);
        }
        fields.put("productDetails", products);
        put(fields, "searchQuery", event.searchQuery());
        put(fields, "attributionToken", event.attributionToken());
        fields.put("impressions", event.impressions().stream().map(Impression::id).toList());
        put(fields, "placement", event.placement());
        put(fields, "value", event.value());
        put(fields, "currency", event.currency());
        Map<String, Object> attributes = new TreeMap<>();
        event.attributes()
                .forEach((name, value) ->
                        attributes.put(
                                name,
                                switch (value) {
                                    case AttributeValue.Flag flag -> flag.value();
                                    case AttributeValue.Text text -> text.values();
                                    case AttributeValue.Numeric n -> n.values();
                                }));
        fields.put("attributes", attributes);
        return JSON.writeValueAsString(fields);
    }

    /** Times beyond what a calendar can write stay numbers. */
    private static Object time(long epochMillis) {
        boolean sane = Math.abs(epochMillis) < 253_402_300_799_999L;
        return sane ? Instant.ofEpochMilli(epochMillis).toString() : (Object) epochMillis;
    }

    private static void put(Map<String, Object> fields, String name, String value) {
        if (!value.isEmpty()) {
            fields.put(name, value);
        }
    }

    private static void put(Map<String, Object> fields, String name, double value) {
        if (!Double.isNaN(value)) {
            fields.put(name, value);
        }
    }
}
