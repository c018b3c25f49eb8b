package dev.vitrine.data.intake;

import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Google Analytics 4 e-commerce events: rows of the BigQuery export ({@code event_name}, {@code
 * event_timestamp} in microseconds, {@code event_params[]}, {@code items[]}) and payloads of the
 * Measurement Protocol ({@code client_id}, {@code events[]} with {@code params}). Events that do
 * not concern the shop's products give nothing.
 */
final class Ga4Events {
    private static final Set<String> READ =
            Set.of(
                    "items",
                    "search_term",
                    "transaction_id",
                    "value",
                    "currency",
                    "ga_session_id",
                    "session_id");
    private static final double MICROSECONDS = 0.001;

    private Ga4Events() {}

    static List<Event> read(Fields record) {
        if (!record.has("events")) {
            return row(record).stream().toList();
        }
        List<Event> events = new ArrayList<>();
        for (Fields sent : record.objects("events", 1_000)) {
            Optional<EventType> type = type(sent.required("name"));
            if (type.isPresent()) {
                EventBuilder event = new EventBuilder();
                event.type = type.get();
                String client = record.id("client_id");
                event.visitorId = client.isEmpty() ? record.required("app_instance_id") : client;
                event.userId = record.id("user_id");
                event.time =
                        sent.has("timestamp_micros")
                                ? sent.time("timestamp_micros", MICROSECONDS)
                                : record.time("timestamp_micros", MICROSECONDS);
                Fields params = sent.object("params");
                fill(event, sent.required("name"), params, params);
                events.add(event.build());
            }
        }
        return events;
    }

    private static Optional<Event> row(Fields record) {
        String name = record.required("event_name");
        Optional<EventType> type = type(name);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        EventBuilder event = new EventBuilder();
        event.type = type.get();
        event.visitorId = record.required("user_pseudo_id");
        event.userId = record.id("user_id");
        event.time = record.time("event_timestamp", MICROSECONDS);
        Fields params = new Fields(params(record), record.path() + "event_params.");
        fill(event, name, params, record);
        Fields ecommerce = record.object("ecommerce");
        if (Double.isNaN(event.value)) {
            event.value = ecommerce.number("purchase_revenue");
        }
        if (event.eventId.isEmpty() && event.type == EventType.PURCHASE_COMPLETE) {
            event.eventId = transaction(ecommerce);
        }
        return Optional.of(event.build());
    }

    private static void fill(EventBuilder event, String name, Fields params, Fields items) {
        event.searchQuery = params.text("search_term", EventJson.MAX_QUERY);
        event.value = params.number("value");
        event.currency = params.text("currency", 8);
        String session = params.id("ga_session_id");
        event.sessionId = session.isEmpty() ? params.id("session_id") : session;
        if (event.type == EventType.PURCHASE_COMPLETE) {
            event.eventId = transaction(params);
        }
        if (event.type == EventType.IMPRESSION) {
            event.impressions = impressions(items);
        } else {
            event.products = products(items);
        }
        event.attributes().putAll(params.others(READ));
        event.attributes().remove("event_name");
        Fields.collect("ga4EventName", name, event.attributes());
    }

    private static String transaction(Fields fields) {
        String id = fields.id("transaction_id");
        // The export writes "(not set)" where a shop sent none; that must not make duplicates.
        return id.isEmpty() || id.startsWith("(") ? "" : "transaction-" + id;
    }

    private static Optional<EventType> type(String name) {
        return Optional.ofNullable(
                switch (name) {
                    case "view_item" -> EventType.DETAIL_PAGE_VIEW;
                    case "select_item" -> EventType.CLICK;
                    case "view_item_list" -> EventType.IMPRESSION;
                    case "add_to_cart" -> EventType.ADD_TO_CART;
                    case "remove_from_cart" -> EventType.REMOVE_FROM_CART;
                    case "view_cart", "begin_checkout" -> EventType.SHOPPING_CART_PAGE_VIEW;
                    case "purchase", "in_app_purchase" -> EventType.PURCHASE_COMPLETE;
                    case "refund" -> EventType.REFUND;
                    case "search", "view_search_results" -> EventType.SEARCH;
                    default -> null;
                });
    }

    private static List<ProductDetail> products(Fields record) {
        List<ProductDetail> products = new ArrayList<>();
        for (Fields item : record.objects("items", EventJson.MAX_PRODUCTS)) {
            products.add(
                    new ProductDetail(
                            itemId(item), item.number("quantity", 1), item.number("price")));
        }
        return products;
    }

    private static List<Impression> impressions(Fields record) {
        List<Impression> impressions = new ArrayList<>();
        for (Fields item : record.objects("items", EventJson.MAX_IMPRESSIONS)) {
            // In lists "index" is the position; some shops count from 0.
            int position = (int) Math.max(0, item.number("index", impressions.size() + 1));
            impressions.add(new Impression(itemId(item), position, Double.NaN));
        }
        return impressions;
    }

    private static String itemId(Fields item) {
        String id = item.itemId("item_id");
        String name = id.isEmpty() || id.startsWith("(") ? item.itemId("item_name") : id;
        if (name.isEmpty()) {
            throw item.missing("item_id");
        }
        return name;
    }

    /** The export's list of {@code {key, value: {string_value | int_value | ...}}} as fields. */
    private static Map<String, Object> params(Fields record) {
        Map<String, Object> params = new HashMap<>();
        for (Fields param : record.objects("event_params", 1_000)) {
            Fields value = param.object("value");
            for (String kind :
                    List.of("string_value", "int_value", "double_value", "float_value")) {
                Object found = value.values().get(kind);
                if (found != null) {
                    params.put(param.required("key"), found);
                }
            }
        }
        return params;
    }
}
