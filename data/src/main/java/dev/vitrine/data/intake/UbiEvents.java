package dev.vitrine.data.intake;

import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * OpenSearch User Behavior Insights 1.x: records of the index {@code ubi_queries} ({@code
 * user_query}, {@code query_response_hit_ids}) and of {@code ubi_events} ({@code action_name},
 * {@code event_attributes.object}). The query id becomes the attribution token, which joins them.
 */
final class UbiEvents {
    private static final Set<String> READ_OF_EVENT =
            Set.of(
                    "action_name",
                    "client_id",
                    "session_id",
                    "timestamp",
                    "query_id",
                    "user_query",
                    "event_attributes",
                    "user_id");
    private static final Map<String, EventType> ACTIONS =
            Map.ofEntries(
                    Map.entry("click", EventType.CLICK),
                    Map.entry("itemclick", EventType.CLICK),
                    Map.entry("productclick", EventType.CLICK),
                    Map.entry("productview", EventType.DETAIL_PAGE_VIEW),
                    Map.entry("view", EventType.DETAIL_PAGE_VIEW),
                    Map.entry("impression", EventType.IMPRESSION),
                    Map.entry("producthover", EventType.IMPRESSION),
                    Map.entry("addtocart", EventType.ADD_TO_CART),
                    Map.entry("cart", EventType.ADD_TO_CART),
                    Map.entry("removefromcart", EventType.REMOVE_FROM_CART),
                    Map.entry("purchase", EventType.PURCHASE_COMPLETE),
                    Map.entry("search", EventType.SEARCH),
                    Map.entry("onsearch", EventType.SEARCH),
                    Map.entry("typefilter", EventType.CATEGORY_PAGE_VIEW));

    private UbiEvents() {}

    static List<Event> read(Fields record) {
        Fields source = record.has("_source") ? record.object("_source") : record;
        return source.has("action_name") ? event(source).stream().toList() : List.of(query(source));
    }

    private static Event query(Fields record) {
        EventBuilder event = new EventBuilder();
        event.type = EventType.SEARCH;
        event.visitorId = record.required("client_id");
        event.userId = record.id("user_id");
        event.sessionId = record.id("session_id");
        event.searchQuery = record.text("user_query", EventJson.MAX_QUERY);
        event.attributionToken = record.required("query_id");
        event.eventId = "query-" + event.attributionToken;
        event.time = record.time("timestamp", 1);
        List<Impression> shown = new ArrayList<>();
        for (String id : record.texts("query_response_hit_ids", EventJson.MAX_IMPRESSIONS)) {
            shown.add(new Impression(id, shown.size() + 1, Double.NaN));
        }
        event.impressions = shown;
        return event.build();
    }

    private static Optional<Event> event(Fields record) {
        String action = record.required("action_name");
        EventType type = ACTIONS.get(action.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", ""));
        if (type == null) {
            // Actions are the shop's own words; those of its pages say nothing about products.
            return Optional.empty();
        }
        EventBuilder event = new EventBuilder();
        event.type = type;
        event.visitorId = record.required("client_id");
        event.userId = record.id("user_id");
        event.sessionId = record.id("session_id");
        event.searchQuery = record.text("user_query", EventJson.MAX_QUERY);
        event.attributionToken = record.text("query_id", EventJson.MAX_TOKEN);
        event.time = record.time("timestamp", 1);
        Fields attributes = record.object("event_attributes");
        Fields object = attributes.object("object");
        String item = object.itemId("object_id");
        int position = (int) Math.max(0, attributes.object("position").number("ordinal", 0));
        if (!item.isEmpty()) {
            if (type == EventType.IMPRESSION) {
                event.impressions = List.of(new Impression(item, position, Double.NaN));
            } else {
                event.products =
                        List.of(
                                new ProductDetail(
                                        item,
                                        attributes.number("quantity", 1),
                                        attributes.number("price")));
            }
        }
        if (position > 0) {
            Fields.collect("position", (double) position, event.attributes());
        }
        event.attributes().putAll(record.others(READ_OF_EVENT));
        return Optional.of(event.build());
    }
}
