package dev.vitrine.data.intake;

import dev.vitrine.data.DataError;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import dev.vitrine.kernel.error.VitrineException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Interactions of Amazon Personalize: rows of the interactions data set (USER_ID, ITEM_ID,
 * TIMESTAMP in epoch seconds, EVENT_TYPE, EVENT_VALUE, IMPRESSION, RECOMMENDATION_ID), and
 * PutEvents requests (sessionId, userId, eventList). Its event types are free words; the usual ones
 * are known, any other is kept as a click with its name as attribute {@code eventType}.
 */
final class PersonalizeEvents {
    private static final Set<String> COLUMNS =
            Set.of(
                    "USER_ID",
                    "ITEM_ID",
                    "TIMESTAMP",
                    "EVENT_TYPE",
                    "EVENT_VALUE",
                    "IMPRESSION",
                    "RECOMMENDATION_ID");
    private static final Set<String> SENT =
            Set.of(
                    "eventId",
                    "eventType",
                    "eventValue",
                    "itemId",
                    "sentAt",
                    "impression",
                    "recommendationId",
                    "properties");
    private static final Map<String, EventType> TYPES =
            Map.ofEntries(
                    Map.entry("view", EventType.DETAIL_PAGE_VIEW),
                    Map.entry("click", EventType.CLICK),
                    Map.entry("watch", EventType.DETAIL_PAGE_VIEW),
                    Map.entry("addtocart", EventType.ADD_TO_CART),
                    Map.entry("cart", EventType.ADD_TO_CART),
                    Map.entry("startcheckout", EventType.SHOPPING_CART_PAGE_VIEW),
                    Map.entry("checkout", EventType.SHOPPING_CART_PAGE_VIEW),
                    Map.entry("purchase", EventType.PURCHASE_COMPLETE),
                    Map.entry("rating", EventType.RATING));

    private PersonalizeEvents() {}

    static List<Event> read(Fields record) {
        return record.has("eventList") ? request(record) : List.of(row(record));
    }

    private static Event row(Fields record) {
        EventBuilder event = new EventBuilder();
        event.userId = record.required("USER_ID");
        event.visitorId = event.userId;
        event.time = record.time("TIMESTAMP", 1_000);
        event.value = record.number("EVENT_VALUE");
        type(record.id("EVENT_TYPE"), event);
        event.products = List.of(product(record.itemId("ITEM_ID"), record, "ITEM_ID"));
        event.impressions = impressions(List.of(record.text("IMPRESSION", 100_000).split("\\|")));
        event.attributionToken = record.text("RECOMMENDATION_ID", EventJson.MAX_TOKEN);
        event.attributes().putAll(record.others(COLUMNS));
        return event.build();
    }

    private static List<Event> request(Fields record) {
        List<Event> events = new ArrayList<>();
        for (Fields sent : record.objects("eventList", 1_000)) {
            EventBuilder event = new EventBuilder();
            event.sessionId = record.required("sessionId");
            event.userId = record.id("userId");
            // Before a login Personalize knows a shopper by the session alone.
            event.visitorId = event.sessionId;
            event.eventId = sent.id("eventId");
            event.time = sent.time("sentAt", 1_000);
            event.value = sent.number("eventValue");
            type(sent.required("eventType"), event);
            String item = sent.itemId("itemId");
            Fields properties = properties(sent);
            if (item.isEmpty()) {
                item = properties.itemId("itemId");
            }
            if (!item.isEmpty()) {
                event.products =
                        List.of(
                                new ProductDetail(
                                        item,
                                        properties.number("quantity", 1),
                                        properties.number("price")));
            }
            event.impressions = impressions(sent.texts("impression", EventJson.MAX_IMPRESSIONS));
            event.attributionToken = sent.text("recommendationId", EventJson.MAX_TOKEN);
            event.attributes().putAll(sent.others(SENT));
            event.attributes().putAll(properties.others(Set.of("itemId", "quantity", "price")));
            events.add(event.build());
        }
        return events;
    }

    /** Properties are an object, or a text that holds one. */
    private static Fields properties(Fields sent) {
        if (sent.values().get("properties") instanceof String text) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            try {
                return new Fields(
                        JsonValues.object(bytes, 0, bytes.length, DataError.EVENT_INVALID),
                        sent.path() + "properties.");
            } catch (VitrineException e) {
                throw sent.fail("properties", "holds no JSON object: " + e.getMessage());
            }
        }
        return sent.object("properties");
    }

    private static void type(String name, EventBuilder event) {
        String plain = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
        EventType own = EventTypes.find(name);
        EventType known = own == null ? TYPES.get(plain) : own;
        if (known == null) {
            event.type = EventType.CLICK;
            if (!name.isEmpty()) {
                Fields.collect("eventType", name, event.attributes());
            }
        } else {
            boolean unrated = known == EventType.RATING && Double.isNaN(event.value);
            event.type = unrated ? EventType.CLICK : known;
        }
    }

    private static ProductDetail product(String id, Fields record, String field) {
        if (id.isEmpty()) {
            throw record.missing(field);
        }
        return new ProductDetail(id, 1, Double.NaN);
    }

    private static List<Impression> impressions(List<String> ids) {
        List<Impression> impressions = new ArrayList<>();
        for (String id : ids) {
            if (!id.isBlank()) {
                impressions.add(new Impression(id.strip(), impressions.size() + 1, Double.NaN));
            }
        }
        return impressions;
    }
}
