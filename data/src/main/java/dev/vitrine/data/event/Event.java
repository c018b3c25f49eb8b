package dev.vitrine.data.event;

import dev.vitrine.data.catalog.AttributeValue;
import java.util.List;
import java.util.Map;

/**
 * Something a shopper did, as the shop sends it. Absent texts are empty, absent numbers NaN; {@code
 * time} is in epoch milliseconds. Checked by {@code data.cleaning}; this record only carries.
 */
public record Event(
        String eventId,
        EventType type,
        String visitorId,
        String userId,
        String sessionId,
        long time,
        List<ProductDetail> products,
        String searchQuery,
        String attributionToken,
        List<Impression> impressions,
        String placement,
        double value,
        String currency,
        String consent,
        Map<String, AttributeValue> attributes) {
    public Event {
        products = List.copyOf(products);
        impressions = List.copyOf(impressions);
        attributes = Map.copyOf(attributes);
    }

    /** An event of one visitor on some products, everything else absent. */
    public static Event of(
            EventType type, String visitorId, long time, List<ProductDetail> products) {
        return new Event(
                "",
                type,
                visitorId,
                "",
                "",
                time,
                products,
                "",
                "",
                List.of(),
                "",
                Double.NaN,
                "",
                "",
                Map.of());
    }
}
