package dev.vitrine.data.intake;

import dev.vitrine.data.catalog.AttributeValue;
import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.ProductDetail;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The fields of an event while it is read. */
final class EventBuilder {
    String eventId = "";
    @Nullable EventType type;
    String visitorId = "";
    String userId = "";
    String sessionId = "";
    long time = Product.NO_TIME;
    List<ProductDetail> products = List.of();
    String searchQuery = "";
    String attributionToken = "";
    List<Impression> impressions = List.of();
    String placement = "";
    double value = Double.NaN;
    String currency = "";
    String consent = "";
    private Map<String, AttributeValue> attributes = Map.of();

    Map<String, AttributeValue> attributes() {
        if (attributes.isEmpty()) {
            attributes = new HashMap<>();
        }
        return attributes;
    }

    Event build() {
        return new Event(
                eventId,
                Objects.requireNonNull(type),
                visitorId,
                userId,
                sessionId,
                time,
                products,
                searchQuery,
                attributionToken,
                impressions,
                placement,
                value,
                currency,
                consent,
                attributes);
    }
}
