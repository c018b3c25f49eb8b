package dev.vitrine.data.event;

import dev.vitrine.data.catalog.AttributeValue;
import java.util.List;
import java.util.Map;

/**
 * An event as the log keeps it: people are numbers, and {@code offset} is its place. Absent texts
 * are empty, absent numbers NaN. Attributes that the shop declared personal are not in {@code
 * attributes} but in {@code sealed}; {@link EventStore#personal} opens them.
 *
 * @param offset position in the log, from 0, one per event
 * @param visitor number of the visitor id, from 1; 0 when the event had none (a stock change)
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
        Map<String, AttributeValue> attributes,
        SealedAttributes sealed) {
    /** An event without personal attributes. */
    public LoggedEvent(
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
            Map<String, AttributeValue> attributes) {
        this(
                offset,
                visitor,
                user,
                type,
                time,
                receivedAt,
                eventId,
                sessionId,
                products,
                searchQuery,
                attributionToken,
                impressions,
                placement,
                value,
                currency,
                consent,
                attributes,
                SealedAttributes.NONE);
    }

    /** The same event at another place of the log. */
    public LoggedEvent at(long newOffset) {
        return new LoggedEvent(
                newOffset,
                visitor,
                user,
                type,
                time,
                receivedAt,
                eventId,
                sessionId,
                products,
                searchQuery,
                attributionToken,
                impressions,
                placement,
                value,
                currency,
                consent,
                attributes,
                sealed);
    }
}
