package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A shop whose people go one of many ways through the same products, a few people each. Ways come
 * in pairs that meet in the middle and part again: what comes after the two products in which they
 * meet is told by what came before these. A product is on so many ways that two products together
 * say little.
 */
final class SessionShop {
    static final Instant END = Instant.parse("2026-06-01T12:00:00Z");
    static final int ITEMS = 60;

    /** Even. */
    static final int WAYS = 160;

    static final int LONG = 10;

    /** The first of the two places at which the ways of a pair have the same products. */
    static final int MEET = 4;

    private static final int PEOPLE_EACH = 4;
    private static final long STEP = Duration.ofHours(36).toMillis();
    private static final long SPAN = Duration.ofDays(60).toMillis();

    private SessionShop() {}

    static String id(int item) {
        return String.format(Locale.ROOT, "p%02d", item);
    }

    static List<Product> products() {
        List<Product> products = new ArrayList<>();
        for (int item = 0; item < ITEMS; item++) {
            products.add(Product.builder(id(item)).title("thing " + id(item)).build());
        }
        return products;
    }

    /** Products of each way in turn; of ways 2n and 2n + 1 only those where they meet agree. */
    static int[][] ways() {
        SplittableRandom random = new SplittableRandom(12);
        int[][] ways = new int[WAYS][];
        for (int pair = 0; pair < WAYS; pair += 2) {
            int[] drawn = random.ints(0, ITEMS).distinct().limit(2 * LONG - 2).toArray();
            ways[pair] = new int[LONG];
            ways[pair + 1] = new int[LONG];
            int next = 0;
            for (int place = 0; place < LONG; place++) {
                boolean meet = place == MEET || place == MEET + 1;
                ways[pair][place] = drawn[next++];
                ways[pair + 1][place] = meet ? ways[pair][place] : drawn[next++];
            }
        }
        return ways;
    }

    /** Page views over two months; a way takes two weeks. */
    static List<Event> events() {
        SplittableRandom random = new SplittableRandom(13);
        int[][] ways = ways();
        List<Event> events = new ArrayList<>();
        for (int person = 0; person < WAYS * PEOPLE_EACH; person++) {
            int[] way = ways[person % WAYS];
            long begun = END.toEpochMilli() - SPAN + random.nextLong(SPAN - LONG * STEP);
            for (int place = 0; place < LONG; place++) {
                long time = begun + place * STEP + random.nextLong(STEP / 2);
                events.add(view("v" + person, way[place], time));
            }
        }
        events.sort(Comparator.comparingLong(Event::time));
        return events;
    }

    static Event view(String visitor, int item, long time) {
        return Event.of(
                EventType.DETAIL_PAGE_VIEW,
                visitor,
                time,
                List.of(new ProductDetail(id(item), 1, Double.NaN)));
    }
}
