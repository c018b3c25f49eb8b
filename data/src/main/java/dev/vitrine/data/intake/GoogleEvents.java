package dev.vitrine.data.intake;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * User events of Google's Retail API v2 ({@code
 * cloud.google.com/retail/docs/reference/rest/v2/projects.locations.catalogs.userEvents}), in camel
 * case as in JSON, or in snake case as some exports have it.
 */
final class GoogleEvents {
    private static final Set<String> READ =
            Set.of(
                    "eventType",
                    "visitorId",
                    "eventTime",
                    "sessionId",
                    "attributionToken",
                    "productDetails",
                    "searchQuery",
                    "purchaseTransaction",
                    "userInfo",
                    "attributes");

    private GoogleEvents() {}

    static List<Event> read(Fields raw) {
        Fields record = new Fields(camel(raw.values()), raw.path());
        EventBuilder event = new EventBuilder();
        String name = record.required("eventType");
        event.type = type(record, name);
        event.visitorId = record.required("visitorId");
        event.userId = record.object("userInfo").id("userId");
        event.sessionId = record.id("sessionId");
        event.time = record.time("eventTime", 1);
        event.attributionToken = record.text("attributionToken", EventJson.MAX_TOKEN);
        event.searchQuery = record.text("searchQuery", EventJson.MAX_QUERY);
        Fields purchase = record.object("purchaseTransaction");
        event.eventId = purchase.id("id").isEmpty() ? "" : "purchase-" + purchase.id("id");
        event.value = purchase.number("revenue");
        event.currency = purchase.text("currencyCode", 8);
        event.products = products(record);
        event.attributes().putAll(record.others(READ));
        attributes(record, event.attributes());
        return List.of(event.build());
    }

    private static EventType type(Fields record, String name) {
        return switch (name) {
            case "add-to-cart" -> EventType.ADD_TO_CART;
            case "remove-from-cart" -> EventType.REMOVE_FROM_CART;
            case "category-page-view" -> EventType.CATEGORY_PAGE_VIEW;
            case "detail-page-view" -> EventType.DETAIL_PAGE_VIEW;
            case "home-page-view" -> EventType.HOME_PAGE_VIEW;
            case "purchase-complete" -> EventType.PURCHASE_COMPLETE;
            case "search" -> EventType.SEARCH;
            case "shopping-cart-page-view" -> EventType.SHOPPING_CART_PAGE_VIEW;
            default ->
                    throw record.wrong(
                            "eventType", "an event type of the Retail API, such as search");
        };
    }

    private static List<ProductDetail> products(Fields record) {
        List<ProductDetail> products = new ArrayList<>();
        for (Fields detail : record.objects("productDetails", EventJson.MAX_PRODUCTS)) {
            Fields product = detail.object("product");
            String id = product.itemId("id");
            if (id.isEmpty()) {
                // Exports may carry the full resource name, which ends with the id.
                String name = product.text("name", 2_000);
                id = name.substring(name.lastIndexOf('/') + 1);
            }
            if (id.isEmpty()) {
                throw product.missing("id");
            }
            products.add(
                    new ProductDetail(
                            id,
                            detail.number("quantity", 1),
                            product.object("priceInfo").number("price")));
        }
        return products;
    }

    /** Custom attributes are {@code {"name": {"text": [...]}}} or {@code {"numbers": [...]}}. */
    private static void attributes(Fields record, Map<String, AttributeValue> into) {
        Fields attributes = record.object("attributes");
        for (String name : attributes.values().keySet()) {
            Fields value = attributes.object(name);
            if (value.has("numbers")) {
                List<Double> numbers = new ArrayList<>();
                for (Object each : value.texts("numbers", EventJson.MAX_ATTRIBUTES)) {
                    numbers.add(
                            new Fields(Map.of("numbers", each), value.path()).number("numbers"));
                }
                into.put(name, new AttributeValue.Numeric(numbers));
            } else {
                into.put(
                        name,
                        new AttributeValue.Text(value.texts("text", EventJson.MAX_ATTRIBUTES)));
            }
        }
    }

    private static Map<String, Object> camel(Map<String, Object> values) {
        Map<String, Object> renamed = new HashMap<>();
        values.forEach((name, value) ->
                renamed.put(camel(name), "attributes".equals(name) ? value : deep(value)));
        return renamed;
    }

    private static Object deep(Object value) {
        if (value instanceof Map) {
            return camel(Fields.asMap(value));
        }
        if (value instanceof List<?> list) {
            List<Object> renamed = new ArrayList<>();
            list.forEach(each -> renamed.add(deep(each)));
            return renamed;
        }
        return value;
    }

    private static String camel(String name) {
        if (name.indexOf('_') < 0) {
            return name;
        }
        StringBuilder camel = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '_' && i > 0 && i + 1 < name.length()) {
                camel.append(Character.toUpperCase(name.charAt(++i)));
            } else {
                camel.append(c);
            }
        }
        return camel.toString();
    }
}
