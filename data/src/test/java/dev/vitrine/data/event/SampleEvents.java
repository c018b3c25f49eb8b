package dev.vitrine.data.event;

import dev.vitrine.data.catalog.AttributeValue;
import java.util.List;
import java.util.Map;

/** Events for tests. */
final class SampleEvents {
    private SampleEvents() {}

    static LoggedEvent logged(long offset, String eventId, String query) {
        return new LoggedEvent(
                offset,
                7,
                0,
                EventType.SEARCH,
                1_700_000_000_000L,
                1_700_000_000_123L,
                eventId,
                "s-1",
                List.of(),
                query,
                "",
                List.of(),
                "",
                Double.NaN,
                "",
                "",
                Map.of());
    }

    static LoggedEvent full(long offset) {
        return new LoggedEvent(
                offset,
                Long.MAX_VALUE,
                12,
                EventType.PURCHASE_COMPLETE,
                -5,
                1_700_000_000_123L,
                "event-é",
                "session",
                List.of(new ProductDetail("a", 1, Double.NaN), new ProductDetail("b", 2.5, 9.99)),
                "wireless mouse 鼠标",
                "token",
                List.of(new Impression("x", 1, 0.25), new Impression("y", 0, Double.NaN)),
                "home",
                29.5,
                "EUR",
                "all",
                Map.of("colour", new AttributeValue.Text(List.of("red"))),
                SealedAttributes.of(new byte[] {1, 2, 3}));
    }

    static Event view(String visitor, String user, String item, long time) {
        return new Event(
                "",
                EventType.DETAIL_PAGE_VIEW,
                visitor,
                user,
                "s-" + visitor,
                time,
                List.of(new ProductDetail(item, 1, 12.5)),
                "",
                "",
                List.of(),
                "",
                Double.NaN,
                "EUR",
                "",
                Map.of());
    }
}
