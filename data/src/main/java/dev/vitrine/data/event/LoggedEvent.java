package dev.vitrine.data.event;

import dev.vitrine.data.catalog.AttributeValue;
import java.util.List;
import java.util.Map;

/**
 * An event as the log keeps it: people are numbers, and {@code offset} is its place. Absent texts
 * are empty, absent numbers NaN.
 *
 * @param offset position in the log, from 0, one per event
 * @param visitor number of the visitor id, from 1
 * @param user number of the user id, from 1, in the same number space; 0 when nobody was logged in
 * @param receivedAt when Vitrine accepted it, epoch milliseconds
 */
public record LoggedEvent(
        long offset,
        long visitor,
        long user,
        EventType type,
        long time,
        long receivedAt,
        String eventId,
        String sessionId,
        List<ProductDetail> products,
        String searchQuery,
        String attributionToken,
        List<Impression> impressions,
        String placement,
        double value,
        String currency,
        String consent,
        Map<String, AttributeValue> attributes) {}
