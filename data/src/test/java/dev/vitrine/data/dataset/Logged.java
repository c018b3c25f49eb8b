package dev.vitrine.data.dataset;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.util.List;
import java.util.Map;

/** Makes events of a log by hand. */
public final class Logged {
    public static final long NOON = 1_700_000_000_000L;

    private Logged() {}

    public static LoggedEvent view(long offset, long visitor, String item, long time) {
        return event(
                offset,
                visitor,
                0,
                EventType.DETAIL_PAGE_VIEW,
                time,
                "",
                detail(item, 1, Double.NaN));
    }

    public static ProductDetail detail(String item, double quantity, double price) {
        return new ProductDetail(item, quantity, price);
    }

    public static LoggedEvent event(
            long offset,
            long visitor,
            long user,
            EventType type,
            long time,
            String eventId,
            ProductDetail... products) {
        return new LoggedEvent(
                offset,
                visitor,
                user,
                type,
                time,
                NOON + 1_000_000_000L,
                eventId,
                "",
                List.of(products),
                type == EventType.SEARCH ? "lamp" : "",
                "",
                List.of(),
                "",
                type == EventType.RATING ? 4 : Double.NaN,
                "",
                "",
                Map.of());
    }
}
