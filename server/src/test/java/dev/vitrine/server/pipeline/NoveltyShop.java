package dev.vitrine.server.pipeline;

import dev.vitrine.data.catalog.Product;
import dev.vitrine.data.event.Event;
import dev.vitrine.data.event.EventType;
import dev.vitrine.data.event.ProductDetail;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * A shop to which a product of each kind comes every other day. Its shoppers each like one kind,
 * and either want what is newest of it, which no retriever looks at, or anything of it.
 */
final class NoveltyShop {
    static final Instant END = Instant.parse("2026-06-01T12:00:00Z");
    static final int KINDS = 6;
    static final int OF_KIND = 50;

    private static final int VISITS = 16;
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final long SPAN = 60 * DAY;

    /** Of so many newest of a kind one is chosen. */
    private static final int NEWEST = 4;

    private NoveltyShop() {}

    static String id(int kind, int number) {
        return String.format(Locale.ROOT, "k%d-%02d", kind, number);
    }

    static int kind(String id) {
        return id.charAt(1) - '0';
    }

    /** The higher, the newer. */
    static int number(String id) {
        return Integer.parseInt(id.substring(3));
    }

    /** Half of a kind are there from the beginning, a day apart; the others come. */
    private static long published(int number) {
        long start = END.toEpochMilli() - SPAN;
        int first = OF_KIND / 3;
        return number < first
                ? start - (first - number) * DAY
                : start + (number - first) * SPAN / (OF_KIND - first);
    }

    static List<Product> products() {
        List<Product> products = new ArrayList<>();
        for (int kind = 0; kind < KINDS; kind++) {
            for (int number = 0; number < OF_KIND; number++) {
                products.add(
                        Product.builder(id(kind, number))
                                .title("thing of kind" + kind)
                                .categories(List.of(List.of("Things", "Kind " + kind)))
                                .publishedAt(published(number))
                                .build());
            }
        }
        return products;
    }

    /** Page views of so many people over two months. */
    static List<Event> events(int people, boolean wantNewest) {
        SplittableRandom random = new SplittableRandom(8);
        List<Event> events = new ArrayList<>();
        long step = SPAN / (VISITS + 1);
        for (int person = 0; person < people; person++) {
            int likes = random.nextInt(KINDS);
            long begun = END.toEpochMilli() - SPAN + random.nextLong(step);
            Set<String> seen = new HashSet<>();
            for (int visit = 0; visit < VISITS; visit++) {
                long time = begun + visit * step + random.nextLong(step / 2);
                int kind = random.nextInt(8) == 0 ? random.nextInt(KINDS) : likes;
                String item = chosen(kind, time, wantNewest, seen, random);
                seen.add(item);
                events.add(view("v" + person, item, time));
            }
        }
        events.sort(Comparator.comparingLong(Event::time));
        return events;
    }

    private static String chosen(
            int kind, long time, boolean wantNewest, Set<String> seen, SplittableRandom random) {
        List<String> there = new ArrayList<>();
        for (int number = OF_KIND - 1; number >= 0; number--) {
            if (published(number) <= time && !seen.contains(id(kind, number))) {
                there.add(id(kind, number));
            }
        }
        return there.get(random.nextInt(wantNewest ? NEWEST : there.size()));
    }

    static Event view(String visitor, String item, long time) {
        return Event.of(
                EventType.DETAIL_PAGE_VIEW,
                visitor,
                time,
                List.of(new ProductDetail(item, 1, Double.NaN)));
    }
}
