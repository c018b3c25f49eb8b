package dev.vitrine.data.feature;

import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.Impression;
import dev.vitrine.data.event.LoggedEvent;
import dev.vitrine.data.event.ProductDetail;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.ToIntFunction;

/** Writes events as the log would give them; the id of item 7 is "7". */
final class LoggedEvents {
    static final long START = 1_760_000_000_000L;

    static final ToIntFunction<String> NUMBERS =
            id -> {
                try {
                    return Integer.parseInt(id);
                } catch (NumberFormatException e) {
                    return -1;
                }
            };

    private long offset;

    LoggedEvent event(long visitor, long user, EventType type, long time, Object... items) {
        List<ProductDetail> products = new ArrayList<>();
        for (Object item : items) {
            products.add(new ProductDetail(item.toString(), 1, Double.NaN));
        }
        return event(visitor, user, type, time, "", "", products, List.of());
    }

    LoggedEvent search(long visitor, long time, String query) {
        return event(visitor, 0, EventType.SEARCH, time, "", query, List.of(), List.of());
    }

    LoggedEvent event(
            long visitor,
            long user,
            EventType type,
            long time,
            String eventId,
            String query,
            List<ProductDetail> products,
            List<Impression> impressions) {
        return new LoggedEvent(
                offset++,
                visitor,
                user,
                type,
                time,
                time,
                eventId,
                "",
                products,
                query,
                "",
                impressions,
                "",
                Double.NaN,
                "",
                "",
                Map.of());
    }

    /** Events of few people on few items, so that everything collides, some out of order. */
    static List<LoggedEvent> random(long seed, int count) {
        Random random = new Random(seed);
        LoggedEvents log = new LoggedEvents();
        EventType[] types = EventType.values();
        List<LoggedEvent> events = new ArrayList<>();
        long time = START;
        for (int i = 0; i < count; i++) {
            time += random.nextInt(100) == 0 ? random.nextLong(90_000_000_000L) : 40_000;
            long visitor = random.nextInt(12);
            long user = random.nextInt(4) == 0 ? 100 + random.nextInt(5) : 0;
            List<ProductDetail> products = new ArrayList<>();
            for (int p = random.nextInt(4); p > 0; p--) {
                String id = random.nextInt(30) == 0 ? "gone" : "" + random.nextInt(40);
                products.add(new ProductDetail(id, random.nextInt(4) - 1, 9.5));
            }
            List<Impression> shown =
                    random.nextInt(5) == 0
                            ? List.of(new Impression("" + random.nextInt(60), 1, 1))
                            : List.of();
            String query = "Query  " + random.nextInt(9);
            String eventId = random.nextInt(3) == 0 ? "e" + random.nextInt(400) : "";
            long at = random.nextInt(8) == 0 ? time - random.nextInt(9_000_000) : time;
            EventType type = types[random.nextInt(types.length)];
            events.add(log.event(visitor, user, type, at, eventId, query, products, shown));
        }
        return events;
    }
}
